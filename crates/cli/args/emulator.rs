//! The command that runs the other side of the protocol.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

/// Run a GREEN-API instance on this machine, for trying things out, until Ctrl-C
///
/// It prints its address and credentials as lines for the shell, and behaves as the API's documentation says.
#[derive(Debug, clap::Args)]
pub(crate) struct Emulator {
    /// Where to listen; only this machine's own addresses are accepted
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Answer 429 to more than so many requests a second for a method, as GREEN-API does at 1; no limit by default
    #[arg(long, value_name = "N")]
    pub(crate) rate: Option<NonZeroU32>,

    /// Keep the pictures as DIR/CHAT_ID.jpg; made if there is none
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,

    /// Play the faults of a script (JSON; see the emulator's documentation)
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
}
