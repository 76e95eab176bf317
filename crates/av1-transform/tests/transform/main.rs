//! Blocks of all sizes and transforms, with coefficients of photos and hostile ones.

mod blocks;
mod levels;
mod real;
mod stock;
