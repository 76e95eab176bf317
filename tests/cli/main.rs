//! The command line through its real door: the binary, in a folder of its own.

#![cfg(test)]

mod account;
mod backup;
mod batch;
mod bounds;
mod browser;
mod check;
mod day;
mod emulator_command;
mod explain;
mod group_names;
mod groups;
mod help;
mod inputs;
mod interrupt;
mod journal;
mod lists;
mod names;
mod outcomes;
mod output;
mod overrides;
mod page;
mod passes;
mod paths;
mod prepare;
mod preview;
mod profiles;
mod readme;
mod report;
mod restore;
mod run;
mod set;
mod several_accounts;
mod shard;
mod sources;
mod update;
mod verify;
mod watch;
