//! To whom pictures are sent.

use std::path::{Path, PathBuf};

use upload::Messenger;

use crate::report::refusal::Refusal;
use crate::send::credentials::Credentials;
use crate::send::options::AccountOptions;
use crate::send::profiles::{self, Profile};
use crate::send::variables::Variables;

/// To whom pictures are sent.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) messenger: Messenger,
    pub(crate) server: Server,
    /// The hosts that serve avatars; the messenger's own if it is empty.
    pub(crate) avatar_hosts: Vec<String>,
    /// The files that it was read from, which no output may replace.
    pub(crate) files: Vec<PathBuf>,
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
    /// Returns the files that it was read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// Returns the account of a dry run, which needs no credentials.
    pub(crate) fn for_dry_run(options: AccountOptions) -> Result<Self, Refusal> {
        let variables = Variables::read(options.env_file.as_deref())?;
        let (instance, token_file) = (options.id_instance.as_ref(), options.token_file.as_ref());
        let is_known = options.emulator
            || options.token.is_some()
            || options.profile.is_some()
            || Credentials::are_given(instance, token_file, &variables);
        if is_known {
            return Self::try_from(options);
        }
        Ok(Self {
            messenger: options.messenger.unwrap_or_default(),
            server: Server::Unknown,
            avatar_hosts: options.avatar_host,
            files: options.env_file.into_iter().collect(),
        })
    }

    /// Returns the account of a profile; what the command line says goes before it.
    fn of_profile(profile: Profile, options: AccountOptions) -> Self {
        let hosts = match &*options.avatar_host {
            [] => profile.avatar_hosts,
            _ => options.avatar_host,
        };
        Self {
            messenger: options.messenger.or(profile.messenger).unwrap_or_default(),
            server: Server::Api(profile.credentials),
            avatar_hosts: hosts,
            files: profile.files,
        }
    }
}

/// Returns the messenger of the account that the options mean.
pub(crate) fn messenger(options: &AccountOptions) -> Result<Messenger, Refusal> {
    if let (None, Some(name)) = (options.messenger, &options.profile) {
        let profile = profiles::find(options.config.as_deref(), name)?;
        return Ok(profile.messenger.unwrap_or_default());
    }
    Ok(options.messenger.unwrap_or_default())
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
        if let Some(name) = &options.profile {
            let profile = profiles::find(options.config.as_deref(), name)?;
            return Ok(Self::of_profile(profile, options));
        }
        let files = [options.env_file.clone(), options.token_file.clone()];
        let server = if options.emulator {
            Server::Emulator
        } else {
            Server::Api(Credentials::read(
                options.api_url,
                options.id_instance,
                options.token_file,
                &Variables::read(options.env_file.as_deref())?,
            )?)
        };
        Ok(Self {
            messenger: options.messenger.unwrap_or_default(),
            server,
            avatar_hosts: options.avatar_host,
            files: files.into_iter().flatten().collect(),
        })
    }
}
