//! Opens the way to whoever receives the pictures.

use ::emulator::{Config, Emulator};
use upload::blocking::Client;

use crate::config::Account;
use crate::credentials::Credentials;
use crate::refusal::Refusal;

/// A client, and the emulator that it talks to, if it is one of ours.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    // Fields are dropped in their order: the client goes before its server.
    _emulator: Option<Emulator>,
}

impl Connection {
    /// Starts what has to be started; nothing is sent yet.
    pub(crate) fn open(account: &Account) -> Result<Self, Refusal> {
        match account {
            Account::Api(credentials) => Ok(Self {
                client: client(credentials)?,
                _emulator: None,
            }),
            Account::Emulator => {
                let emulator = Emulator::start(Config::new()).map_err(|error| {
                    Refusal::usage(format!("the emulator cannot be started: {error}"))
                })?;
                Ok(Self {
                    client: client(&Credentials::of(&emulator)?)?,
                    _emulator: Some(emulator),
                })
            }
        }
    }
}

fn client(credentials: &Credentials) -> Result<Client, Refusal> {
    Client::builder(credentials.instance.clone(), credentials.token.clone())
        .api_url(credentials.api_url.clone())
        .build()
        .map_err(|error| Refusal::usage(error.to_string()))
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
