//! The uploader's clients: one that blocks with the interpreter released, one for asyncio.

use std::ffi::CString;
use std::fmt::Display;
use std::process;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use pyo3::exceptions::{PyOverflowError, PyRuntimeError, PyUserWarning};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict};
use upload::{Avatar, ChatId, ClientBuilder, Instance, Messenger, Token, blocking};

use crate::error::{fetch_error, invalid_value, upload_error};
use crate::process::PerProcess;

/// Waits for each answer; other Python threads go on meanwhile.
#[pyclass(frozen, module = "group_picture._native")]
pub(crate) struct Client {
    builder: ClientBuilder,
    messenger: Messenger,
    client: PerProcess<blocking::Client>,
}

impl Client {
    /// The client of this process: in one that was forked it has its own thread and connections.
    fn client(&self, py: Python<'_>) -> PyResult<blocking::Client> {
        self.client
            .get(|| blocking::ClientBuilder::from(self.builder.clone()).build())
            .map_err(|error| upload_error(py, &error))
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (id_instance, token, *, api_url=None, messenger="max", timeout=None))]
    fn new(
        py: Python<'_>,
        id_instance: &str,
        token: &str,
        api_url: Option<&str>,
        messenger: &str,
        timeout: Option<f64>,
    ) -> PyResult<Self> {
        let builder = builder(py, id_instance, token, api_url, messenger, timeout)?;
        let client = blocking::ClientBuilder::from(builder.clone())
            .build()
            .map_err(|error| upload_error(py, &error))?;
        Ok(Self {
            builder,
            messenger: client.messenger(),
            client: PerProcess::new(client),
        })
    }

    fn set_group_picture(
        &self,
        py: Python<'_>,
        chat_id: &str,
        picture: PyBackedBytes,
    ) -> PyResult<Option<String>> {
        let chat = chat(py, self.messenger, chat_id)?;
        warn_of_size(py, self.messenger, &picture)?;
        let (client, picture) = (self.client(py)?, Bytes::from_owner(picture));
        py.detach(|| client.set_group_picture(&chat, picture))
            .map(|avatar| avatar.url)
            .map_err(|error| upload_error(py, &error))
    }

    fn set_profile_picture(
        &self,
        py: Python<'_>,
        picture: PyBackedBytes,
    ) -> PyResult<Option<String>> {
        warn_of_size(py, self.messenger, &picture)?;
        let (client, picture) = (self.client(py)?, Bytes::from_owner(picture));
        py.detach(|| client.set_profile_picture(picture))
            .map(|avatar| avatar.url)
            .map_err(|error| upload_error(py, &error))
    }

    fn avatar(&self, py: Python<'_>, chat_id: &str) -> PyResult<Option<String>> {
        let chat = chat(py, self.messenger, chat_id)?;
        let client = self.client(py)?;
        py.detach(|| client.avatar(&chat))
            .map(|avatar| avatar.url)
            .map_err(|error| upload_error(py, &error))
    }

    fn fetch_avatar<'py>(&self, py: Python<'py>, url: String) -> PyResult<Bound<'py, PyBytes>> {
        let client = self.client(py)?;
        let avatar = Avatar { url: Some(url) };
        let fetched = py.detach(|| client.fetch_avatar(&avatar));
        match fetched {
            Ok(bytes) => Ok(PyBytes::new(py, &bytes)),
            Err(error) => Err(fetch_error(py, &error)),
        }
    }

    fn state_instance(&self, py: Python<'_>) -> PyResult<String> {
        let client = self.client(py)?;
        py.detach(|| client.state_instance())
            .map(|state| state.to_string())
            .map_err(|error| upload_error(py, &error))
    }

    fn group_data<'py>(&self, py: Python<'py>, chat_id: &str) -> PyResult<Bound<'py, PyDict>> {
        let chat = chat(py, self.messenger, chat_id)?;
        let client = self.client(py)?;
        let group = py
            .detach(|| client.group_data(&chat))
            .map_err(|error| upload_error(py, &error))?;
        group_dict(py, group)
    }

    fn groups(&self, py: Python<'_>) -> PyResult<Vec<(String, Option<String>)>> {
        let client = self.client(py)?;
        let groups = py.detach(|| client.groups());
        groups.map(named).map_err(|error| upload_error(py, &error))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("{:?}", self.client(py)?))
    }
}

/// Gives awaitables, for asyncio.
#[pyclass(frozen, module = "group_picture._native")]
pub(crate) struct AsyncClient(upload::Client);

#[pymethods]
impl AsyncClient {
    #[new]
    #[pyo3(signature = (id_instance, token, *, api_url=None, messenger="max", timeout=None))]
    fn new(
        py: Python<'_>,
        id_instance: &str,
        token: &str,
        api_url: Option<&str>,
        messenger: &str,
        timeout: Option<f64>,
    ) -> PyResult<Self> {
        let builder = builder(py, id_instance, token, api_url, messenger, timeout)?;
        let client = builder.build().map_err(|error| upload_error(py, &error))?;
        Ok(Self(client))
    }

    fn set_group_picture<'py>(
        &self,
        py: Python<'py>,
        chat_id: &str,
        picture: PyBackedBytes,
    ) -> PyResult<Bound<'py, PyAny>> {
        let chat = chat(py, self.0.messenger(), chat_id)?;
        warn_of_size(py, self.0.messenger(), &picture)?;
        let (client, picture) = (self.0.clone(), Bytes::from_owner(picture));
        awaitable(py, async move {
            url(client.set_group_picture(&chat, picture).await)
        })
    }

    fn set_profile_picture<'py>(
        &self,
        py: Python<'py>,
        picture: PyBackedBytes,
    ) -> PyResult<Bound<'py, PyAny>> {
        warn_of_size(py, self.0.messenger(), &picture)?;
        let (client, picture) = (self.0.clone(), Bytes::from_owner(picture));
        awaitable(
            py,
            async move { url(client.set_profile_picture(picture).await) },
        )
    }

    fn avatar<'py>(&self, py: Python<'py>, chat_id: &str) -> PyResult<Bound<'py, PyAny>> {
        let chat = chat(py, self.0.messenger(), chat_id)?;
        let client = self.0.clone();
        awaitable(py, async move { url(client.avatar(&chat).await) })
    }

    fn fetch_avatar<'py>(&self, py: Python<'py>, url: String) -> PyResult<Bound<'py, PyAny>> {
        let client = self.0.clone();
        awaitable(py, async move {
            let fetched = client.fetch_avatar(&Avatar { url: Some(url) }).await;
            Python::attach(|py| match fetched {
                Ok(bytes) => Ok(PyBytes::new(py, &bytes).unbind()),
                Err(error) => Err(fetch_error(py, &error)),
            })
        })
    }

    fn state_instance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let client = self.0.clone();
        awaitable(py, async move {
            let state = client.state_instance().await.map_err(raised)?;
            Ok(state.to_string())
        })
    }

    fn group_data<'py>(&self, py: Python<'py>, chat_id: &str) -> PyResult<Bound<'py, PyAny>> {
        let chat = chat(py, self.0.messenger(), chat_id)?;
        let client = self.0.clone();
        awaitable(py, async move {
            let group = client.group_data(&chat).await.map_err(raised)?;
            Python::attach(|py| Ok(group_dict(py, group)?.unbind()))
        })
    }

    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let client = self.0.clone();
        awaitable(py, async move {
            client.groups().await.map(named).map_err(raised)
        })
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

fn awaitable<'py, T>(
    py: Python<'py>,
    call: impl Future<Output = PyResult<T>> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'any> IntoPyObject<'any> + Send + 'static,
{
    if *PROCESS_OF_RUNTIME.get_or_init(process::id) != process::id() {
        return Err(PyRuntimeError::new_err(FORKED));
    }
    pyo3_async_runtimes::tokio::future_into_py(py, call)
}

fn url(set: Result<Avatar, upload::Error>) -> PyResult<Option<String>> {
    set.map(|avatar| avatar.url).map_err(raised)
}

/// The exception of an error, on a thread that does not have the interpreter.
fn raised(error: upload::Error) -> PyErr {
    Python::attach(|py| upload_error(py, &error))
}

/// A group, as Python sees it.
pub(crate) fn group_dict(py: Python<'_>, group: upload::Group) -> PyResult<Bound<'_, PyDict>> {
    let told = PyDict::new(py);
    told.set_item("subject", group.subject)?;
    told.set_item("size", group.size)?;
    told.set_item("is_open", group.is_open)?;
    Ok(told)
}

/// The ids and names of groups.
fn named(groups: Vec<upload::GroupChat>) -> Vec<(String, Option<String>)> {
    let groups = groups.into_iter();
    groups
        .map(|group| (group.id.to_string(), group.name))
        .collect()
}

/// The process whose threads run the coroutines, from the first one on: a forked one has no such threads, and would wait forever.
static PROCESS_OF_RUNTIME: OnceLock<u32> = OnceLock::new();

const FORKED: &str = "an AsyncClient was in use before this process was forked, and its threads stayed with the parent; \
     use Client, fork before the first call, or start processes by \"spawn\" or \"forkserver\"";

pub(crate) fn builder(
    py: Python<'_>,
    id_instance: &str,
    token: &str,
    api_url: Option<&str>,
    messenger: &str,
    timeout: Option<f64>,
) -> PyResult<ClientBuilder> {
    // Neither is repeated in a message: one may be the token in the wrong place.
    let token = Token::new(token).map_err(|error| invalid_value(py, &error))?;
    let instance: Instance = parse(py, id_instance)?;
    let mut builder = upload::Client::builder(instance, token).messenger(parse(py, messenger)?);
    if let Some(url) = api_url {
        builder = builder.api_url(parse(py, url)?);
    }
    if let Some(seconds) = timeout {
        builder = builder.timeout(duration(seconds)?);
    }
    Ok(builder)
}

pub(crate) fn chat(py: Python<'_>, messenger: Messenger, chat_id: &str) -> PyResult<ChatId> {
    messenger
        .chat_id(chat_id)
        .map_err(|error| invalid_value(py, &error))
}

/// Warns of a picture that the messenger is likely to refuse for its size.
pub(crate) fn warn_of_size(py: Python<'_>, messenger: Messenger, picture: &[u8]) -> PyResult<()> {
    match messenger.oversize(picture.len()) {
        None => Ok(()),
        Some(oversize) => {
            let text = CString::new(oversize.to_string()).unwrap_or_default();
            // The warning is about the line that called the Python method.
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &text, 2)
        }
    }
}

pub(crate) fn parse<T: std::str::FromStr<Err: Display>>(py: Python<'_>, text: &str) -> PyResult<T> {
    text.parse().map_err(|error| invalid_value(py, &error))
}

pub(crate) fn duration(seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|error| PyOverflowError::new_err(error.to_string()))
}
