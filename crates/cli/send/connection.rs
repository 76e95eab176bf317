//! The client, and the emulator if there is one.

use ::emulator::{Config, Emulator};
use upload::Messenger;
use upload::blocking::{Client, Session};

use crate::report::refusal::Refusal;
use crate::report::terminal::Terminal;
use crate::send::account::{Account, Server};
use crate::send::credentials::Credentials;
use crate::send::pace::Pace;

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
            Server::Unknown => Err(Refusal::usage("nothing can be sent without credentials")),
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

    /// Notes that the emulator is used.
    pub(crate) fn note_emulator(&self, terminal: &Terminal) {
        if self.emulator.is_some() {
            terminal.note("this is the emulator: no group's picture changes");
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

/// Returns the emulator's word for a messenger.
pub(crate) fn emulated(messenger: Messenger) -> ::emulator::Messenger {
    match messenger {
        Messenger::Max => ::emulator::Messenger::Max,
        Messenger::Telegram => ::emulator::Messenger::Telegram,
        Messenger::WhatsApp => ::emulator::Messenger::WhatsApp,
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

#[cfg(test)]
mod tests {
    use prep::{Options, Preset};

    use super::*;

    /// `prep` and `upload` do not know each other. The presets' numbers are `prep`'s, what is known of
    /// the messengers is `upload`'s, and here they are held together.
    #[test]
    fn each_messenger_has_a_preset_that_it_accepts() {
        const SIDE: u32 = 640;
        const MAX_BYTES: u64 = 300_000;
        for messenger in Messenger::ALL {
            let spec = messenger.spec();
            let preset: Preset = spec.name.parse().unwrap();

            let min_side = spec.pictures.min_side.unwrap_or(192);
            let expected = Options::new()
                .side(SIDE)
                .quality(85)
                .max_bytes(MAX_BYTES)
                .minimum_side(min_side);
            assert_eq!(preset.options(), expected, "{messenger}");
            assert!(spec.pictures.max_side.is_none_or(|side| SIDE <= side));
            assert!(
                spec.pictures
                    .max_bytes
                    .is_none_or(|bytes| MAX_BYTES < bytes)
            );
        }
    }

    #[test]
    fn each_messenger_is_emulated_as_itself() {
        for messenger in Messenger::ALL {
            let account = Account {
                profile: None,
                messenger,
                server: Server::Emulator,
                avatar_hosts: Vec::new(),
                files: Vec::new(),
            };
            let chat = match messenger {
                Messenger::Max | Messenger::Telegram => "-10000000000000",
                Messenger::WhatsApp => "120363043968066561@g.us",
            };

            let connection = Connection::open(&account).unwrap();
            let chat = messenger.chat_id(chat).unwrap();
            let picture = b"\xff\xd8\xff\xd9".as_slice();

            let set = connection.client.set_group_picture(&chat, picture);
            assert!(set.is_ok(), "{messenger}: {set:?}");
        }
    }
}
