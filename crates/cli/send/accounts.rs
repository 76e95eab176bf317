//! The accounts that a run sends through: one, or those that its list names.

use std::path::Path;

use upload::Messenger;

use crate::profile_name::ProfileName;
use crate::report::refusal::Refusal;
use crate::send::account::{Account, Server};
use crate::send::options::{AccountOptions, Mode};
use crate::send::profiles;

/// At least one account. If they are several, each has the name of its profile.
#[derive(Debug)]
pub(crate) struct Accounts(Vec<Account>);

impl Accounts {
    /// Returns the accounts of a list's profiles; the one that the options mean if the list names none.
    ///
    /// All their credentials are read and checked.
    pub(crate) fn new(
        profiles: &[ProfileName],
        options: &AccountOptions,
        mode: Mode,
    ) -> Result<Self, Refusal> {
        options.refuse_token()?;
        let accounts = match profiles {
            [] => vec![Account::new(options, mode)?],
            profiles => of_profiles(profiles, options, mode)?,
        };
        check_distinct(&accounts)?;
        Ok(Self(accounts))
    }

    #[cfg(test)]
    pub(crate) fn of(accounts: Vec<Account>) -> Self {
        Self(accounts)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Account> {
        self.0.iter()
    }

    /// Returns the account that a list calls so.
    pub(crate) fn find(&self, profile: Option<&ProfileName>) -> Option<&Account> {
        self.iter()
            .find(|account| account.profile.as_ref() == profile)
    }

    /// Returns the account that no list names, if it is one.
    pub(crate) fn unnamed(&self) -> Option<&Account> {
        self.find(None)
    }

    /// Returns the names and messengers, for whoever reads the list.
    pub(crate) fn members(&self) -> impl Iterator<Item = (Option<&ProfileName>, Messenger)> {
        self.iter()
            .map(|account| (account.profile.as_ref(), account.messenger))
    }

    /// Returns the messengers. The first is that of the only account, if it is one.
    pub(crate) fn messengers(&self) -> impl Iterator<Item = Messenger> {
        self.iter().map(|account| account.messenger)
    }

    /// Returns whether all of them are emulators inside this program.
    pub(crate) fn are_emulated(&self) -> bool {
        self.iter()
            .all(|account| matches!(account.server, Server::Emulator))
    }

    /// Returns the files that they were read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.iter().flat_map(Account::files)
    }
}

fn of_profiles(
    names: &[ProfileName],
    options: &AccountOptions,
    mode: Mode,
) -> Result<Vec<Account>, Refusal> {
    let nowhere = |server: fn() -> Server| {
        let account = |name: &ProfileName| Account {
            profile: Some(name.clone()),
            ..Account::without_credentials(options, server())
        };
        names.iter().map(account).collect()
    };
    if options.emulator {
        return Ok(nowhere(|| Server::Emulator));
    }
    if options.has_credentials() {
        return Err(Refusal::usage(
            "the list names the profiles of its accounts, whose credentials are in the configuration file: leave out --api-url, \
             --id-instance, --token-file and --env-file",
        ));
    }
    if mode == Mode::DryRun && !profiles::are_configured(options.config.as_deref()) {
        return Ok(nowhere(|| Server::Unknown));
    }
    let found = profiles::find(options.config.as_deref(), names)?;
    let accounts = names.iter().zip(found).map(|(name, profile)| Account {
        profile: Some(name.clone()),
        ..Account::of_profile(profile, options)
    });
    Ok(accounts.collect())
}

/// Refuses two names for one instance: it would be sent to at twice its pace, and a group might be listed twice.
fn check_distinct(accounts: &[Account]) -> Result<(), Refusal> {
    let api = |account: &Account| match &account.server {
        Server::Api(credentials) => Some(credentials.place()),
        Server::Emulator | Server::Unknown => None,
    };
    for (index, account) in accounts.iter().enumerate() {
        let earlier = accounts[..index]
            .iter()
            .find(|earlier| api(earlier).is_some() && api(earlier) == api(account));
        if let (Some(first), Some(second)) = (
            earlier.and_then(|earlier| earlier.profile.as_ref()),
            &account.profile,
        ) {
            return Err(Refusal::usage(format!(
                "the profiles {first} and {second} are the same instance: use one of them in the list"
            )));
        }
    }
    Ok(())
}
