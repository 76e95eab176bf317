//! A bot behind a webhook: `POST /CHAT` with a photo sets it as the avatar of that group. `cargo run --example webhook`.
//!
//! Preparing a photo is work for the processor, so it goes to the pool for blocking work; sending waits for the network, so it
//! stays in the runtime. One session for all requests keeps the account's pace.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use emulator::{Config, Emulator};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use prep::{Gravity, Options, Photo, Pipeline};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;
use upload::{ApiUrl, ChatId, Client, Session, Token};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // For a real account leave this out, and take instance, token and URL from the console.
    let emulator = Emulator::start(Config::new().instance("3100000001").token("t0ken"))?;
    let client = Client::builder("3100000001".parse()?, Token::new("t0ken")?)
        .api_url(emulator.url().parse::<ApiUrl>()?)
        .build()?;
    let session = Session::builder(client).build();
    // Checked here, once, and not for each photo.
    let options = Options::new().side(640).gravity(Gravity::Auto);
    options.check()?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let session = Arc::new(session);
    loop {
        let (connection, _) = listener.accept().await?;
        let session = Arc::clone(&session);
        let service = service_fn(move |request| {
            let session = Arc::clone(&session);
            async move { Ok::<_, Infallible>(answer(&session, options, request).await) }
        });
        let serving = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
        tokio::spawn(async move {
            // One broken connection is none of the others' business.
            let _ = serving.await;
        });
    }
}

async fn answer(
    session: &Session,
    options: Options,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let (status, text) = match set(session, options, request).await {
        Ok(address) => (StatusCode::OK, address),
        Err(reason) => (StatusCode::UNPROCESSABLE_ENTITY, reason.to_string()),
    };
    let mut response = Response::new(Full::from(text + "\n"));
    *response.status_mut() = status;
    response
}

/// Prepares the photo in the request and sets it; returns the avatar's address.
async fn set(
    session: &Session,
    options: Options,
    request: Request<Incoming>,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    if request.method() != Method::POST {
        return Err("POST a photo to /CHAT".into());
    }
    let chat: ChatId = request.uri().path().trim_start_matches('/').parse()?;
    let photo = Limited::new(request.into_body(), MAX_PHOTO)
        .collect()
        .await?;
    let photo = Photo::from(photo.to_bytes());

    let prepared = spawn_blocking(move || {
        let mut picture = Vec::new();
        Pipeline::new(options)?.prepare_photo(&photo, &mut picture)?;
        Ok::<_, prep::Error>(picture)
    });
    let picture = prepared.await??;

    let avatar = session.set_group_picture(&chat, picture).await.outcome?;
    Ok(avatar.url.unwrap_or_else(|| "set".to_owned()))
}

const MAX_PHOTO: usize = 32 << 20;
