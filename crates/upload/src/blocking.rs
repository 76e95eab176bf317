//! The same client for programs without a runtime.
//!
//! ```no_run
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use upload::{ChatId, Instance, Token, blocking::Client};
//!
//! let instance: Instance = "3100000001".parse()?;
//! let client = Client::builder(instance, Token::new(std::env::var("GREEN_API_TOKEN")?)?).build()?;
//!
//! let chat: ChatId = "-10000000000000".parse()?;
//! client.set_group_picture(&chat, std::fs::read("avatar.jpg")?)?;
//! # Ok(())
//! # }
//! ```

use std::io;
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{ApiUrl, Avatar, ChatId, Error, Instance, Token};

/// Sets the pictures of groups for one instance and waits for each.
///
/// It owns one thread, on which all its requests run; the last clone that is dropped ends it. Clones may be used from many threads at
/// once, and inside an asynchronous program too, where each call holds up its thread.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    worker: Arc<Worker>,
}

impl Client {
    /// Starts with the defaults: the instance's own address, 10 s to connect, 90 s for the whole.
    pub fn builder(instance: Instance, token: Token) -> ClientBuilder {
        ClientBuilder(crate::Client::builder(instance, token))
    }

    /// Sets the picture of a group by one request; see [`crate::Client::set_group_picture`].
    ///
    /// # Errors
    ///
    /// The same as there.
    pub fn set_group_picture(
        &self,
        chat: &ChatId,
        picture: impl Into<Bytes>,
    ) -> Result<Avatar, Error> {
        let (client, chat, picture) = (self.client.clone(), chat.clone(), picture.into());
        self.worker
            .run(async move { client.set_group_picture(&chat, picture).await })
    }
}

/// Adjusts a [`Client`] before it is built.
#[derive(Clone, Debug)]
pub struct ClientBuilder(crate::ClientBuilder);

impl ClientBuilder {
    /// The address of the API; [`ApiUrl::of`] the instance by default.
    #[must_use]
    pub fn api_url(self, api_url: ApiUrl) -> Self {
        Self(self.0.api_url(api_url))
    }

    /// How long finding the server, connecting and the TLS handshake may take together; 10 s by default.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self(self.0.connect_timeout(timeout))
    }

    /// How long one call may take from the start to the last byte of the answer; 90 s by default.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.timeout(timeout))
    }

    /// Makes the client and its thread; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// As [`crate::ClientBuilder::build`], and [`Error::Machine`] when the system gives no thread.
    pub fn build(self) -> Result<Client, Error> {
        let client = self.0.build()?;
        let worker = Worker::start().map_err(|error| Error::Machine {
            cause: error.to_string().into(),
        })?;
        Ok(Client {
            client,
            worker: Arc::new(worker),
        })
    }
}

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A thread with a runtime on it. Callers never enter the runtime, so they may be anywhere.
#[derive(Debug)]
struct Worker {
    jobs: Option<UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    fn start() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (jobs, mut queue) = unbounded_channel();
        let thread = thread::Builder::new()
            .name("upload".to_owned())
            .spawn(move || {
                runtime.block_on(work(&mut queue));
                // A name that is still being looked up must not hold up the end of the program.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    fn run<T: Send + 'static>(
        &self,
        task: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, result) = mpsc::channel();
        let job: Job = Box::pin(async move {
            // Nobody waits any more only if the caller's thread is gone.
            let _ = sender.send(task.await);
        });
        let ended = || Error::Interrupted {
            cause: "the client's thread ended".into(),
        };
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        jobs.send(job).map_err(|_| ended())?;
        result.recv().map_err(|_| ended())?
    }
}

async fn work(queue: &mut UnboundedReceiver<Job>) {
    while let Some(job) = queue.recv().await {
        tokio::spawn(job);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic on the thread has reached its caller as an error already.
            let _ = thread.join();
        }
    }
}
