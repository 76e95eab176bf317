//! Whose journal it is, without naming the account.

use std::hash::{BuildHasher, RandomState};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::send::account::{Account, Server};

/// An account, hashed with a salt of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    salt: Digest,
    account: Digest,
}

impl Identity {
    pub(crate) fn new(account: &Account) -> Self {
        // The standard library's own source of chance; what it hashes keeps two draws apart.
        let draw = || RandomState::new().hash_one(std::time::SystemTime::now());
        let chance = [draw(), draw()].map(u64::to_le_bytes).concat();
        Self::salted(Digest::of(&chance), account)
    }

    pub(crate) fn is_of(&self, account: &Account) -> bool {
        // Whose journal a dry run without credentials reads cannot be told.
        matches!(account.server, Server::Unknown) || *self == Self::salted(self.salt, account)
    }

    fn salted(salt: Digest, account: &Account) -> Self {
        let name = match &account.server {
            Server::Emulator => "an emulator that ends with the program".to_owned(),
            Server::Unknown => "unknown".to_owned(),
            Server::Api(credentials) => credentials.place(),
        };
        let text = format!("{salt} {} {name}", account.messenger);
        Self {
            salt,
            account: Digest::of(text.as_bytes()),
        }
    }
}
