//! The uploader's session: many pictures through one instance, paced and repeated.

use std::time::Duration;

use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict};
use upload::{
    Avatar, ClientBuilder, Messenger, OnUnknown, ReadBack, RetryConfig, SessionBuilder, Settled,
    UploadReport, blocking,
};

use crate::client::{builder, chat, duration, group_dict, warn_of_size};
use crate::error::{fetch_error, invalid_value, upload_error};
use crate::process::PerProcess;

/// Waits for each picture's end; other Python threads go on meanwhile, and share its pace.
#[pyclass(frozen, module = "group_picture._native")]
pub(crate) struct Session {
    builder: ClientBuilder,
    bounds: Bounds,
    messenger: Messenger,
    session: PerProcess<(blocking::Client, blocking::Session)>,
}

/// What may be adjusted.
#[derive(Clone, Copy)]
struct Bounds {
    interval: Option<Duration>,
    read_interval: Option<Duration>,
    deadline: Option<Duration>,
    backoff: f64,
    on_unknown: OnUnknown,
    read_back: ReadBack,
}

/// Address, error, attempts, the address before, and seconds: the fields of `group_picture.Report`.
type Told = (
    Option<String>,
    Option<Py<PyAny>>,
    Vec<(f64, f64, Option<String>, Option<&'static str>)>,
    Option<String>,
    f64,
);

impl Session {
    /// The session of this process: one that was forked has its own thread, connections and pace.
    fn session(&self, py: Python<'_>) -> PyResult<(blocking::Client, blocking::Session)> {
        self.session
            .get(|| start(&self.builder, self.bounds))
            .map_err(|error| upload_error(py, &error))
    }
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (id_instance, token, *, api_url, messenger, timeout, interval, read_interval, deadline, backoff, on_unknown, read_back))]
    #[allow(clippy::too_many_arguments, reason = "Python gives keywords")]
    fn new(
        py: Python<'_>,
        id_instance: &str,
        token: &str,
        api_url: Option<&str>,
        messenger: &str,
        timeout: Option<f64>,
        interval: Option<f64>,
        read_interval: Option<f64>,
        deadline: Option<f64>,
        backoff: f64,
        on_unknown: &str,
        read_back: bool,
    ) -> PyResult<Self> {
        let builder = builder(py, id_instance, token, api_url, messenger, timeout)?;
        let bounds = Bounds {
            interval: interval.map(duration).transpose()?,
            read_interval: read_interval.map(duration).transpose()?,
            deadline: deadline.map(duration).transpose()?,
            backoff,
            on_unknown: match on_unknown {
                "retry" => OnUnknown::Retry,
                "fail" => OnUnknown::Fail,
                _ => {
                    return Err(invalid_value(
                        py,
                        &"on_unknown must be \"retry\" or \"fail\"",
                    ));
                }
            },
            read_back: match read_back {
                true => ReadBack::Around,
                false => ReadBack::Never,
            },
        };
        let session = start(&builder, bounds).map_err(|error| upload_error(py, &error))?;
        Ok(Self {
            builder,
            bounds,
            messenger: session.0.messenger(),
            session: PerProcess::new(session),
        })
    }

    fn set_group_picture(
        &self,
        py: Python<'_>,
        chat_id: &str,
        picture: PyBackedBytes,
    ) -> PyResult<Told> {
        let chat = chat(py, self.messenger, chat_id)?;
        warn_of_size(py, self.messenger, &picture)?;
        let ((_, session), picture) = (self.session(py)?, Bytes::from_owner(picture));
        let report = py.detach(|| session.set_group_picture(&chat, picture));
        Ok(told(py, report))
    }

    fn set_profile_picture(&self, py: Python<'_>, picture: PyBackedBytes) -> PyResult<Told> {
        warn_of_size(py, self.messenger, &picture)?;
        let ((_, session), picture) = (self.session(py)?, Bytes::from_owner(picture));
        let report = py.detach(|| session.set_profile_picture(picture));
        Ok(told(py, report))
    }

    fn avatar(&self, py: Python<'_>, chat_id: &str) -> PyResult<Option<String>> {
        let chat = chat(py, self.messenger, chat_id)?;
        let (_, session) = self.session(py)?;
        py.detach(|| session.avatar(&chat))
            .map(|avatar| avatar.url)
            .map_err(|error| upload_error(py, &error))
    }

    fn fetch_avatar<'py>(&self, py: Python<'py>, url: String) -> PyResult<Bound<'py, PyBytes>> {
        let (client, _) = self.session(py)?;
        let fetched = py.detach(|| client.fetch_avatar(&Avatar { url: Some(url) }));
        match fetched {
            Ok(bytes) => Ok(PyBytes::new(py, &bytes)),
            Err(error) => Err(fetch_error(py, &error)),
        }
    }

    fn group_data<'py>(&self, py: Python<'py>, chat_id: &str) -> PyResult<Bound<'py, PyDict>> {
        let chat = chat(py, self.messenger, chat_id)?;
        let (_, session) = self.session(py)?;
        let group = py
            .detach(|| session.group_data(&chat))
            .map_err(|error| upload_error(py, &error))?;
        group_dict(py, group)
    }

    fn stopped(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let (_, session) = self.session(py)?;
        Ok(session.stopped().map(|kind| kind.to_string()))
    }

    fn wind_down(&self, py: Python<'_>) -> PyResult<()> {
        self.session(py)?.1.wind_down();
        Ok(())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("{:?}", self.session(py)?.0).replacen("Client", "Session", 1))
    }
}

fn start(
    builder: &ClientBuilder,
    bounds: Bounds,
) -> Result<(blocking::Client, blocking::Session), upload::Error> {
    let client = blocking::ClientBuilder::from(builder.clone()).build()?;
    let session = client.session(|session| bounds.apply(session));
    Ok((client, session))
}

impl Bounds {
    fn apply(self, mut session: SessionBuilder) -> SessionBuilder {
        if let Some(interval) = self.interval {
            session = session.interval(interval);
        }
        if let Some(interval) = self.read_interval {
            session = session.read_interval(interval);
        }
        if let Some(deadline) = self.deadline {
            session = session.deadline(deadline);
        }
        session
            .retries(RetryConfig::new().scale_backoff(self.backoff))
            .on_unknown(self.on_unknown)
            .read_back(self.read_back)
    }
}

fn told(py: Python<'_>, report: UploadReport) -> Told {
    let attempts = report.attempts.iter().map(|attempt| {
        let settled = attempt.settled.map(|settled| match settled {
            Settled::Set => "set",
            Settled::NotSet => "not set",
            _ => "unknown",
        });
        let failure = attempt.failure.map(|kind| kind.to_string());
        let (started, took) = (attempt.started.as_secs_f64(), attempt.took.as_secs_f64());
        (started, took, failure, settled)
    });
    let (url, error) = match &report.outcome {
        Ok(avatar) => (avatar.url.clone(), None),
        Err(error) => {
            let exception = upload_error(py, error).into_value(py);
            (None, Some(exception.into_any()))
        }
    };
    let before = report.before.and_then(|avatar| avatar.url);
    (
        url,
        error,
        attempts.collect(),
        before,
        report.took.as_secs_f64(),
    )
}
