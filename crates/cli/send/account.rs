//! To whom pictures are sent.

use upload::Messenger;

use crate::report::refusal::Refusal;
use crate::send::credentials::Credentials;
use crate::send::options::AccountOptions;

/// To whom pictures are sent.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) messenger: Messenger,
    pub(crate) server: Server,
    /// The hosts that serve avatars; the messenger's own if it is empty.
    pub(crate) avatar_hosts: Vec<String>,
}

/// Where an account is.
#[derive(Debug)]
pub(crate) enum Server {
    /// An emulator inside this program.
    Emulator,
    /// GREEN-API, or a server that speaks its protocol.
    Api(Credentials),
    /// No credentials were given: enough for a dry run.
    Unknown,
}

impl Account {
    /// Returns the account of a dry run, which needs no credentials.
    pub(crate) fn for_dry_run(options: AccountOptions) -> Result<Self, Refusal> {
        let is_known = options.emulator
            || options.token.is_some()
            || Credentials::are_given(options.id_instance.as_ref(), options.token_file.as_ref());
        if is_known {
            return Self::try_from(options);
        }
        Ok(Self {
            messenger: options.messenger,
            server: Server::Unknown,
            avatar_hosts: options.avatar_host,
        })
    }
}

impl TryFrom<AccountOptions> for Account {
    type Error = Refusal;

    fn try_from(options: AccountOptions) -> Result<Self, Refusal> {
        if options.token.is_some() {
            return Err(Refusal::usage(
                "everyone on this machine can read a token on the command line: change it on the instance's page, and \
                 pass it by GREEN_API_TOKEN or --token-file",
            ));
        }
        let server = if options.emulator {
            Server::Emulator
        } else {
            Server::Api(Credentials::read(
                options.api_url,
                options.id_instance,
                options.token_file,
            )?)
        };
        Ok(Self {
            messenger: options.messenger,
            server,
            avatar_hosts: options.avatar_host,
        })
    }
}
