//! To whom pictures are sent.

use std::path::{Path, PathBuf};

use upload::Messenger;

use crate::profile_name::ProfileName;
use crate::report::refusal::Refusal;
use crate::send::credentials::Credentials;
use crate::send::options::{AccountOptions, Mode};
use crate::send::profiles::{self, Profile};
use crate::send::variables::Variables;

/// To whom pictures are sent.
#[derive(Debug)]
pub(crate) struct Account {
    /// The name by which the list calls it, if the list is for several accounts.
    pub(crate) profile: Option<ProfileName>,
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
    /// Returns the account that the options mean. A dry run needs no credentials.
    pub(crate) fn new(options: &AccountOptions, mode: Mode) -> Result<Self, Refusal> {
        options.refuse_token()?;
        if let Some(name) = &options.profile {
            let name = name.parse().map_err(Refusal::of)?;
            let mut found = profiles::find(options.config.as_deref(), &[name])?;
            let profile = found.pop().expect("there is one for each name");
            return Ok(Self::of_profile(profile, options));
        }
        if options.config.is_some() {
            return Err(Refusal::usage(
                "--config needs --profile, or a list with a column profile",
            ));
        }
        if options.emulator {
            return Ok(Self::without_credentials(options, Server::Emulator));
        }
        let variables = Variables::read(options.env_file.as_deref())?;
        let (instance, token_file) = (options.id_instance.as_ref(), options.token_file.as_ref());
        if mode == Mode::DryRun && !Credentials::are_given(instance, token_file, &variables) {
            return Ok(Self::without_credentials(options, Server::Unknown));
        }
        let credentials = Credentials::read(
            options.api_url.clone(),
            options.id_instance.clone(),
            options.token_file.clone(),
            &variables,
        )?;
        Ok(Self::without_credentials(options, Server::Api(credentials)))
    }

    /// Returns the account of a profile; what the command line says goes before it.
    pub(super) fn of_profile(profile: Profile, options: &AccountOptions) -> Self {
        let hosts = match &*options.avatar_host {
            [] => profile.avatar_hosts,
            given => given.to_vec(),
        };
        Self {
            profile: None,
            messenger: options.messenger.or(profile.messenger).unwrap_or_default(),
            server: Server::Api(profile.credentials),
            avatar_hosts: hosts,
            files: profile.files,
        }
    }

    /// Returns the account as the command line describes it, at this server.
    pub(super) fn without_credentials(options: &AccountOptions, server: Server) -> Self {
        let files = [options.env_file.clone(), options.token_file.clone()];
        Self {
            profile: None,
            messenger: options.messenger.unwrap_or_default(),
            server,
            avatar_hosts: options.avatar_host.clone(),
            files: files.into_iter().flatten().collect(),
        }
    }

    /// Returns the files that it was read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// Returns the account's own folder in one that all accounts of a run share.
    pub(crate) fn folder_in(&self, shared: &Path) -> PathBuf {
        match &self.profile {
            Some(profile) => shared.join(profile),
            None => shared.to_owned(),
        }
    }

    /// Returns how messages call it.
    pub(crate) fn name(&self) -> String {
        match &self.profile {
            Some(profile) => format!("the account {profile}"),
            None => "the account".to_owned(),
        }
    }
}

impl AccountOptions {
    /// Refuses a token on the command line.
    pub(super) fn refuse_token(&self) -> Result<(), Refusal> {
        match self.token {
            None => Ok(()),
            Some(_) => Err(Refusal::usage(
                "everyone on this machine can read a token on the command line: change it on the instance's page, and \
                 pass it by GREEN_API_TOKEN or --token-file",
            )),
        }
    }

    /// Returns whether any credentials are on the command line.
    pub(super) fn has_credentials(&self) -> bool {
        self.api_url.is_some()
            || self.id_instance.is_some()
            || self.token_file.is_some()
            || self.env_file.is_some()
    }
}
