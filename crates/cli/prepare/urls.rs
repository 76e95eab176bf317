//! Photos by URL.

use std::fmt;
use std::io::{self, Cursor, Read};
use std::sync::OnceLock;

use bytes::Bytes;
use upload::blocking::PhotoFetcher;
use upload::{FetchError, PhotoHosts};

use crate::interrupt::Interrupt;
use crate::report::failure::{Cause, Failure};

/// Fetches photos, once the first is asked for.
#[derive(Debug)]
pub(crate) struct Urls {
    hosts: PhotoHosts,
    max_bytes: u64,
    fetcher: OnceLock<Result<PhotoFetcher, upload::Error>>,
}

impl Urls {
    pub(crate) fn new(hosts: PhotoHosts, max_bytes: u64) -> Self {
        Self {
            hosts,
            max_bytes: max_bytes.min(MAX_BYTES),
            fetcher: OnceLock::new(),
        }
    }

    pub(crate) fn hosts(&self) -> PhotoHosts {
        self.hosts
    }

    fn fetch(&self, url: &str, interrupt: &Interrupt) -> Result<Bytes, Failure> {
        let fetcher = self.fetcher.get_or_init(|| PhotoFetcher::new(self.hosts));
        let fetcher = fetcher
            .as_ref()
            .map_err(|error| Failure::new(Cause::NotFetched, error.to_string()))?;
        let max_bytes = usize::try_from(self.max_bytes).unwrap_or(usize::MAX);
        let interrupt = interrupt.clone();
        let fetched = fetcher.fetch(url, max_bytes, move || interrupt.is_asked());
        fetched.map_err(failure)
    }
}

/// A photo that is fetched when it is read, so that memory was waited for before.
pub(crate) struct Download<'a> {
    urls: &'a Urls,
    url: &'a str,
    interrupt: &'a Interrupt,
    fetched: Option<Cursor<Bytes>>,
    /// Why it could not be fetched.
    failure: &'a mut Option<Failure>,
}

impl<'a> Download<'a> {
    pub(crate) fn new(
        urls: &'a Urls,
        url: &'a str,
        interrupt: &'a Interrupt,
        failure: &'a mut Option<Failure>,
    ) -> Self {
        Self {
            urls,
            url,
            interrupt,
            fetched: None,
            failure,
        }
    }
}

impl Read for Download<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(fetched) = &mut self.fetched {
            return fetched.read(buffer);
        }
        match self.urls.fetch(self.url, self.interrupt) {
            Ok(bytes) => self.fetched.insert(Cursor::new(bytes)).read(buffer),
            Err(failure) => {
                *self.failure = Some(failure);
                Err(io::Error::other("it could not be fetched"))
            }
        }
    }
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Whether the same URL may work later decides the exit code.
fn failure(error: FetchError) -> Failure {
    let cause = match error {
        FetchError::Status {
            status: 500.. | 429,
        }
        | FetchError::TimedOut { .. }
        | FetchError::ProxyRefused { .. }
        | FetchError::Canceled
        | FetchError::Failed { .. } => Cause::NotFetched,
        _ => Cause::NotReadable,
    };
    let advice = advice(&error);
    Failure::new(cause, format!("{error}{advice}"))
}

/// The step that helps, for a message about a URL.
pub(crate) fn advice(error: &FetchError) -> &'static str {
    match error {
        FetchError::NotPublic { .. } => "; if you trust it, use --private-hosts",
        FetchError::TooLarge { .. } => "; see --max-input, which is at most 64M for photos by URL",
        _ => "",
    }
}

/// A photo is in memory twice for a moment, so it is half of the default of `--max-input`.
const MAX_BYTES: u64 = 64 << 20;
