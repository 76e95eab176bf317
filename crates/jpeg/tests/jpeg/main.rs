//! All tests of `jpeg` through its public items, in one program: it is linked once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod arithmetic;
mod damage;
mod encode;
mod generated;
mod libjpeg;
mod overview;
mod same_bits;
mod stop;
mod strict;
mod writer;
