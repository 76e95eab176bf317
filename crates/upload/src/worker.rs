//! The thread on which blocking calls do their work.

use std::io;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Error;

/// A thread with a runtime on it. Callers never enter the runtime, so they may be anywhere.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: Option<UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(crate) fn start() -> io::Result<Self> {
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

    /// Runs the task on the thread and waits for it here.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`], if the thread ended meanwhile by a panic.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
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
        result.recv().map_err(|_| ended())
    }
}

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

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
