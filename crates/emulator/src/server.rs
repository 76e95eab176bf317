//! Accepts connections, and serves HTTP/1.1 on each until a fault takes it over.

use std::future;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use crate::exchange::serve;
use crate::shared::{Outcome, Shared};
use crate::wire;

/// How long a client may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// How much hyper reads ahead, in bytes. The less it is, the more exact is the place of a cut.
const READ_AHEAD: usize = 16 << 10;

/// Accepts connections until `stop` receives a message or its sender is dropped.
pub(crate) async fn run(listener: TcpListener, shared: Arc<Shared>, stop: oneshot::Receiver<()>) {
    tokio::select! {
        () = accept(listener, shared) => {}
        _ = stop => {}
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve_connection(stream, Arc::clone(&shared)));
            }
            // Out of file descriptors, or the client has gone already: the next one may succeed.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve_connection(stream: TcpStream, shared: Arc<Shared>) {
    // A small answer must not wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let rule = shared.script().match_connection();
    if let Some(end) = rule {
        return wire::finish(stream, end).await;
    }
    let (take_over, mut takeovers) = mpsc::unbounded_channel();
    let service = service_fn(|request| {
        let shared = Arc::clone(&shared);
        let take_over = take_over.clone();
        async move {
            match serve(&shared, request).await {
                Outcome::Respond(response) => Ok(response),
                Outcome::Gone => Err(Gone),
                Outcome::TakeOver(takeover) => {
                    // The receiver lives as long as the connection, and so does this future.
                    let _ = take_over.send(takeover);
                    future::pending().await
                }
            }
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(READ_AHEAD)
        .serve_connection(TokioIo::new(stream), service);
    let takeover = tokio::select! {
        // hyper answers a malformed request with 400, or closes the connection.
        _ = &mut connection => return,
        Some(takeover) = takeovers.recv() => takeover,
    };
    let stream = connection.into_parts().io.into_inner();
    takeover.run(stream).await;
}

/// The client has closed the connection before its answer.
#[derive(Debug, thiserror::Error)]
#[error("the client closed the connection")]
struct Gone;
