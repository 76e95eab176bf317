//! A running emulator.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tokio::runtime;
use tokio::sync::oneshot;

use crate::avatar::Avatar;
use crate::config::Config;
use crate::instance::Instance;
use crate::received::{Counts, History, Method, Received};
use crate::script::Script;
use crate::script_state::ScriptState;
use crate::server;
use crate::shared::Shared;

/// A GREEN-API instance that listens on loopback, on a thread of its own.
///
/// Dropping it closes all connections, frees the port and waits for the thread.
pub struct Emulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts an emulator. When this returns, it accepts connections.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidInput`](io::ErrorKind::InvalidInput) for an address that is not loopback,
    /// because any client that reaches the emulator can fill its memory;
    /// [`NotFound`](io::ErrorKind::NotFound) for a [folder](Config::folder) that does not exist; and
    /// what the system reports, such as [`AddrInUse`](io::ErrorKind::AddrInUse).
    pub fn start(config: Config) -> io::Result<Self> {
        if !config.listen.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "{} is not a loopback address: the emulator listens only on those, such as 127.0.0.1",
                    config.listen.ip()
                ),
            ));
        }
        if let Some(folder) = &config.folder
            && !folder.is_dir()
        {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!(
                    "the folder for pictures does not exist: {}",
                    folder.display()
                ),
            ));
        }
        let listener = TcpListener::bind(config.listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(share(config, address));
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = mpsc::channel();
        let thread = thread::Builder::new().name("emulator".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || run(listener, shared, stopped, &ready)
        })?;
        started
            .recv()
            .unwrap_or_else(|gone| Err(io::Error::other(gone)))?;
        Ok(Self {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns the `apiUrl` for clients: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.shared.url.clone()
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Replaces the script. Its counts start at the next request.
    pub fn set_script(&self, script: Script) {
        *self.shared.script() = ScriptState::new(script);
    }

    /// Returns the pictures that are set now, by chat id. The account's own is called `profile`.
    pub fn pictures(&self) -> BTreeMap<String, Avatar> {
        self.shared.instance().avatars().all().clone()
    }

    /// Returns the requests that came in, oldest first; the last [`Config::history`] of them.
    pub fn requests(&self) -> Vec<Received> {
        self.shared.history.requests()
    }

    /// Returns how many requests of each method came in, and what became of them.
    pub fn counts(&self) -> BTreeMap<Method, Counts> {
        self.shared.history.counts()
    }

    /// Forgets all requests and pictures, for the next test; the script stays.
    ///
    /// Pictures in a [folder](Config::folder) stay there as files.
    pub fn forget(&self) {
        self.shared.history.forget();
        self.shared.instance().forget_pictures();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Dropping the sender is the message.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic on the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// Shows the address, and not the token, which may be a real one.
impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Runs on the emulator's thread, from start to end.
///
/// The runtime is built and dropped here, because a caller that is itself in a runtime may do
/// neither. All connections end with it.
fn run(
    listener: TcpListener,
    shared: Arc<Shared>,
    stopped: oneshot::Receiver<()>,
    ready: &mpsc::Sender<io::Result<()>>,
) {
    let started = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .and_then(|runtime| {
            let _inside = runtime.enter();
            let listener = tokio::net::TcpListener::from_std(listener)?;
            Ok((runtime, listener))
        });
    match started {
        Ok((runtime, listener)) => {
            let _ = ready.send(Ok(()));
            runtime.block_on(server::run(listener, shared, stopped));
        }
        Err(error) => drop(ready.send(Err(error))),
    }
}

fn share(config: Config, address: SocketAddr) -> Shared {
    let url = format!("http://{address}");
    Shared {
        instance_id: config.instance.clone(),
        token: config.token.clone(),
        no_address: config.messenger.api().no_address,
        body_limit: config.body_limit,
        started: Instant::now(),
        script: Mutex::new(ScriptState::new(config.script.clone())),
        history: History::new(config.history),
        instance: Mutex::new(Instance::new(config, url.clone())),
        url,
    }
}
