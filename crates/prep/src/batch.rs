//! Many photos at once: one warm [`Pipeline`] a thread, and one budget for the memory that all of them take.
//!
//! A [`Batch`] takes items from an iterator, lets one of its threads work on each, and gives every result to the calling
//! thread, in the items' [order](Order) or as they finish. What an item is (bytes, a path, a row of a list) and what its
//! result is (a picture, a file written, a record) is the caller's choice; the [`Worker`] that the caller's function is
//! given prepares photos. The pictures are the same for any number of threads.
//!
//! Photos in memory:
//!
//! ```
//! # let coffee = include_bytes!("../examples/photo.jpg");
//! # let photos = [&coffee[..], b"not a photo", &coffee[..]];
//! use prep::Options;
//! use prep::batch::Batch;
//!
//! let pictures = Batch::new(Options::new().side(200))?.prepare_all(photos)?;
//! assert!(pictures[0].is_ok() && pictures[1].is_err() && pictures[2].is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Files, each read and its picture written by the thread that makes it:
//!
//! ```no_run
//! use std::fs::{self, File};
//! use std::ops::ControlFlow;
//! use std::path::PathBuf;
//!
//! use prep::batch::{Batch, Event, MemoryBudget};
//! use prep::{Error, Options};
//!
//! # let photos: Vec<PathBuf> = Vec::new();
//! let batch = Batch::new(Options::new())?.memory(MemoryBudget::new(512 << 20));
//! batch.run(
//!     photos,
//!     |worker, path: PathBuf| {
//!         let mut picture = Vec::new();
//!         let file = File::open(&path).map_err(Error::Read)?;
//!         worker.prepare_file(file, &mut picture)?;
//!         fs::write(path.with_extension("avatar.jpg"), &picture).map_err(Error::Read)
//!     },
//!     |event| {
//!         if let Event::Finished { index, result: Err(error) } = event {
//!             eprintln!("photo {index}: {error}");
//!         }
//!         ControlFlow::Continue(())
//!     },
//! )?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod feed;
mod memory;
mod progress;
mod watch;
mod worker;

use std::any::Any;
use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rayon::ThreadPoolBuilder;

pub use self::memory::MemoryBudget;
pub use self::watch::TimeLimit;
pub use self::worker::Worker;

use self::feed::Feed;
use self::worker::Run;
use crate::cancel::Cancel;
use crate::error::Error;
use crate::options::Options;
use crate::pipeline::Pipeline;

/// How photos are spread over threads, and what they may take.
///
/// Keep one for many runs: its pipelines stay warm. Clones share them.
#[derive(Clone)]
pub struct Batch {
    options: Options,
    threads: usize,
    memory: Option<MemoryBudget>,
    time_limit: Option<TimeLimit>,
    order: Order,
    cancel: Cancel,
    build: fn(Options) -> Pipeline,
    /// The pipelines that no thread uses now.
    idle: Arc<Mutex<Vec<Pipeline>>>,
}

/// In which order results are given to the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// That of the items.
    #[default]
    Input,
    /// As they finish: no result waits for a slow photo before it.
    Completion,
}

/// An event that a running batch reports to the calling thread.
#[derive(Debug)]
pub enum Event<R, E> {
    /// An item is finished.
    Finished {
        /// Its place among the items, from 0.
        index: usize,
        /// What was made of it.
        result: Result<R, E>,
    },
    /// An item's photo has taken longer than the [time limit](Batch::time_limit), and its decoder has not returned.
    ///
    /// No other event follows for this item. Another thread continues with the rest.
    Overdue {
        /// Its place among the items, from 0.
        index: usize,
        /// [`Error::TooSlow`].
        error: Error,
    },
    /// All threads are at photos over the time limit; everything else is finished or, after too many of them, not begun.
    ///
    /// [`run`](Batch::run) returns when the decoders do. A program that does not want to wait can end here.
    Stalled,
    /// No item finished for a tenth of a second: an opportunity to look at signals.
    Tick,
}

/// A panic in the work on one item. It becomes the error of that item only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// The panic's message.
    pub message: String,
}

impl Panic {
    fn new(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self {
            message: text.unwrap_or("no message").to_owned(),
        }
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Panic {}

impl From<Panic> for Error {
    fn from(panic: Panic) -> Self {
        Self::Panicked {
            message: panic.message,
        }
    }
}

impl Batch {
    /// Creates a batch that makes pictures by `options`, on as many threads as there are cores, with no budget but the
    /// [limits](crate::Limits) of each photo.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if an option is outside its range.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check()?;
        Ok(Self {
            options,
            threads: 0,
            memory: None,
            time_limit: None,
            order: Order::default(),
            cancel: Cancel::new(),
            build: Pipeline::of_checked,
            idle: Arc::default(),
        })
    }

    /// Sets the number of threads; 0 stands for as many as there are cores.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Bounds the memory that the photos in progress take together.
    #[must_use]
    pub fn memory(mut self, budget: MemoryBudget) -> Self {
        self.memory = Some(budget);
        self
    }

    /// Bounds the time that the work on one photo may take: [`Event::Overdue`] tells of those that take longer.
    ///
    /// Such a photo is [canceled](Pipeline::set_cancel). Until its decoder notices, or for good if it never does, it goes on in the
    /// background, and its result is dropped; the memory that it takes is no longer counted. [`run_one`](Self::run_one) and [`prepare_all`](Self::prepare_all) return only when it
    /// does, with [`Error::TooSlow`].
    pub fn time_limit(mut self, limit: TimeLimit) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Sets the order of the results.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Sets the flag that ends a run between photos.
    #[must_use]
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = cancel;
        self
    }

    /// Makes overviews too, as [`Pipeline::with_overviews`] does.
    #[must_use]
    pub fn with_overviews(mut self) -> Self {
        self.build = |options| Pipeline::of_checked(options).with_overviews();
        self.idle = Arc::default();
        self
    }

    /// Lets a thread `work` on each of `items`, and gives what comes of them to `on_event`, on the calling thread.
    ///
    /// An item is taken from its iterator when a thread is free for it, so a list of any length may be a stream. No more
    /// than four items for each thread are begun whose results `on_event` has not had: whoever is slow to take results
    /// slows the threads, and does not fill the memory. A panic of `work` becomes the error of its item.
    ///
    /// It ends when all items are finished. It ends earlier, with the items in progress, if the [`Cancel`] flag is set, if
    /// [`Worker::stop`] is called or if `on_event` returns [`ControlFlow::Break`]; only in the last case are the results of
    /// those items lost.
    ///
    /// # Errors
    ///
    /// If the system refuses to start a thread; no item was begun then.
    ///
    /// # Panics
    ///
    /// If `on_event` or the iterator does, after the items in progress are finished.
    pub fn run<I, R, E>(
        &self,
        items: I,
        work: impl Fn(&mut Worker<'_>, I::Item) -> Result<R, E> + Sync,
        on_event: impl FnMut(Event<R, E>) -> ControlFlow<()>,
    ) -> io::Result<()>
    where
        I: IntoIterator<IntoIter: Send>,
        R: Send,
        E: From<Panic> + Send,
    {
        let items = items.into_iter();
        let threads = self.threads_for(items.size_hint().1);
        if threads == 0 {
            return Ok(());
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("prep-{index}"))
            .build()
            .map_err(io::Error::other)?;
        let feed = Feed::new(items, &self.cancel, self.order, threads);
        let work_on_items = || {
            let _leaves = feed.worker_leaves_on_drop();
            let mut worker = Worker::new(self, feed.run());
            while let Some((index, item)) = feed.begin() {
                let result = worker.attempt(index, |worker| work(worker, item));
                if feed.finish(index, result).is_break() {
                    return;
                }
            }
        };
        thread::scope(|others| {
            pool.in_place_scope(|scope| {
                // If `on_event` panics the threads must not wait for it.
                let _stops = feed.stop_on_drop();
                scope.spawn_broadcast(|_, _| work_on_items());
                let start = || {
                    let other = thread::Builder::new().name("prep-other".to_owned());
                    if other.spawn_scoped(others, work_on_items).is_err() {
                        drop(feed.worker_leaves_on_drop());
                    }
                };
                feed.follow(start, on_event);
            });
        });
        Ok(())
    }

    /// Prepares photos in memory; the pictures are in the photos' order, whatever [`order`](Self::order) says.
    ///
    /// If the batch is canceled, the photos that were not begun are missing at the end.
    ///
    /// # Errors
    ///
    /// If the system refuses to start a thread; a photo's error is in its own place.
    pub fn prepare_all<P: AsRef<[u8]>>(
        &self,
        photos: impl IntoIterator<Item = P, IntoIter: Send>,
    ) -> io::Result<Vec<Result<Vec<u8>, Error>>> {
        let mut pictures = Vec::new();
        // All are kept anyway: no thread needs to wait for a slow photo.
        self.clone().order(Order::Completion).run(
            photos,
            |worker, photo| {
                let mut picture = Vec::new();
                worker.prepare(&photo.as_ref().into(), &mut picture)?;
                Ok(picture)
            },
            |event| {
                match event {
                    Event::Finished { index, result } => pictures.push((index, result)),
                    Event::Overdue { index, error } => pictures.push((index, Err(error))),
                    Event::Stalled | Event::Tick => {}
                }
                ControlFlow::Continue(())
            },
        )?;
        pictures.sort_unstable_by_key(|(index, _)| *index);
        Ok(pictures.into_iter().map(|(_, result)| result).collect())
    }

    /// Works on a single item, on the calling thread and with a warm pipeline; no thread is started.
    ///
    /// # Errors
    ///
    /// Those of `work`, and its panic.
    pub fn run_one<R, E: From<Panic>>(
        &self,
        work: impl FnOnce(&mut Worker<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        Worker::new(self, &Run::default()).attempt(0, work)
    }

    /// How many threads have something to do if there are at most `items`.
    fn threads_for(&self, items: Option<usize>) -> usize {
        let threads = match self.threads {
            0 => thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        threads.min(items.unwrap_or(usize::MAX))
    }

    fn idle<T>(&self, change: impl FnOnce(&mut Vec<Pipeline>) -> T) -> T {
        change(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("options", &self.options)
            .field("threads", &self.threads)
            .field("memory", &self.memory)
            .field("time_limit", &self.time_limit)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// Runs `work`; its panic becomes an error.
fn catch_panic<R, E: From<Panic>>(work: impl FnOnce() -> Result<R, E>) -> Result<R, E> {
    // Unwind safe: a worker drops the pipeline that was in use, and whatever else `work` held is its own.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(Panic::new(&*payload).into()))
}
