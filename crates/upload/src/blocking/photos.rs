//! The blocking fetcher of photos.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::worker::Worker;
use crate::{Error, FetchError, PhotoHosts};

/// Fetches photos by URL, and blocks until each has come; see [`crate::PhotoFetcher`].
///
/// It owns one thread. It may be used from many threads at once.
pub struct PhotoFetcher {
    fetcher: Arc<crate::PhotoFetcher>,
    worker: Worker,
}

impl PhotoFetcher {
    /// Makes a fetcher; see [`crate::PhotoFetcher::new`].
    ///
    /// # Errors
    ///
    /// Like there.
    pub fn new(hosts: PhotoHosts) -> Result<Self, Error> {
        let worker = Worker::start().map_err(|error| Error::NoResources {
            cause: error.to_string().into(),
        })?;
        Ok(Self {
            fetcher: Arc::new(crate::PhotoFetcher::new(hosts)?),
            worker,
        })
    }

    /// Fetches a photo, unless `is_canceled` returns true meanwhile; see
    /// [`crate::PhotoFetcher::fetch`].
    ///
    /// # Errors
    ///
    /// Like there, and [`FetchError::Canceled`].
    pub fn fetch(
        &self,
        url: &str,
        max_bytes: usize,
        is_canceled: impl Fn() -> bool + Send + 'static,
    ) -> Result<Bytes, FetchError> {
        let (fetcher, url) = (Arc::clone(&self.fetcher), url.to_owned());
        self.worker.run(async move {
            let mut fetching = pin!(fetcher.fetch(&url, max_bytes));
            loop {
                match tokio::time::timeout(POLL, &mut fetching).await {
                    Ok(fetched) => return fetched,
                    Err(_) if is_canceled() => return Err(FetchError::Canceled),
                    Err(_) => {}
                }
            }
        })?
    }
}

impl fmt::Debug for PhotoFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhotoFetcher").finish_non_exhaustive()
    }
}

const POLL: Duration = Duration::from_millis(200);
