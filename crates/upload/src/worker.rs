//! The thread on which blocking calls run.

use std::io;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Error;

/// A thread with a runtime. Callers never enter the runtime, so they may be in one themselves.
#[derive(Debug)]
pub(crate) struct Worker {
    tasks: Option<UnboundedSender<Task>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (tasks, mut queue) = unbounded_channel();
        let thread = thread::Builder::new()
            .name("upload".to_owned())
            .spawn(move || {
                runtime.block_on(work(&mut queue));
                // A DNS lookup that still runs must not hold up the end of the program.
                runtime.shutdown_background();
            })?;
        Ok(Self {
            tasks: Some(tasks),
            thread: Some(thread),
        })
    }

    /// Runs the work on the thread and waits for it here.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if the thread ended by a panic meanwhile.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, result) = mpsc::channel();
        let task: Task = Box::pin(async move {
            // Sending fails only if the caller's thread is gone.
            let _ = sender.send(work.await);
        });
        let ended = || Error::Interrupted {
            cause: "the client's thread ended".into(),
        };
        let tasks = self.tasks.as_ref().ok_or_else(ended)?;
        tasks.send(task).map_err(|_| ended())?;
        result.recv().map_err(|_| ended())
    }
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn work(queue: &mut UnboundedReceiver<Task>) {
    while let Some(task) = queue.recv().await {
        tokio::spawn(task);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.tasks = None;
        if let Some(thread) = self.thread.take() {
            // A panic on the thread has reached its caller as an error already.
            let _ = thread.join();
        }
    }
}
