//! Opens the way to whoever receives the pictures.

use ::emulator::{Config, Emulator};
use upload::Messenger;
use upload::blocking::{Client, Session};

use crate::config::{Account, Pace, Server};
use crate::report::refusal::Refusal;
use crate::report::terminal::Terminal;
use crate::send::credentials::Credentials;

/// A client, and the emulator that it talks to, if it is one of ours.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    // Fields are dropped in their order: the client goes before its server.
    emulator: Option<Emulator>,
}

impl Connection {
    /// Starts what has to be started; nothing is sent yet.
    pub(crate) fn open(account: &Account) -> Result<Self, Refusal> {
        match &account.server {
            Server::Api(credentials) => Ok(Self {
                client: client(credentials, account)?,
                emulator: None,
            }),
            Server::Emulator => {
                let config = Config::new().messenger(emulated(account.messenger));
                let emulator = Emulator::start(config).map_err(|error| {
                    Refusal::usage(format!("the emulator cannot be started: {error}"))
                })?;
                Ok(Self {
                    client: client(&Credentials::of(&emulator)?, account)?,
                    emulator: Some(emulator),
                })
            }
        }
    }

    /// A session at this pace.
    pub(crate) fn session(&self, pace: &Pace) -> Session {
        self.client.session(|session| pace.apply(session))
    }

    /// Says so where nothing real happens.
    pub(crate) fn note_emulator(&self, terminal: &Terminal) {
        if self.emulator.is_some() {
            terminal.note("this is the emulator: nobody's picture changes");
        }
    }
}

fn client(credentials: &Credentials, account: &Account) -> Result<Client, Refusal> {
    let mut builder = Client::builder(credentials.instance.clone(), credentials.token.clone())
        .api_url(credentials.api_url.clone())
        .messenger(account.messenger);
    if !account.avatar_hosts.is_empty() {
        builder = builder.avatar_hosts(account.avatar_hosts.iter().cloned());
    }
    builder
        .build()
        .map_err(|error| Refusal::usage(error.to_string()))
}

fn emulated(messenger: Messenger) -> ::emulator::Messenger {
    match messenger {
        Messenger::Telegram => ::emulator::Messenger::Telegram,
        Messenger::WhatsApp => ::emulator::Messenger::WhatsApp,
        _ => ::emulator::Messenger::Max,
    }
}

impl Credentials {
    /// What the emulator accepts by default.
    fn of(emulator: &Emulator) -> Result<Self, Refusal> {
        let refused = |error: &dyn std::error::Error| Refusal::usage(error.to_string());
        Ok(Self {
            api_url: emulator.url().parse().map_err(|error| refused(&error))?,
            instance: Config::INSTANCE.parse().map_err(|error| refused(&error))?,
            token: upload::Token::new(Config::TOKEN).map_err(|error| refused(&error))?,
        })
    }
}
