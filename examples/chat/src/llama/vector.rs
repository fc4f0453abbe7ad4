//! Arithmetic on slices of `f32` that the compiler turns into the vector instructions of the processor at hand.
//!
//! A *panel* is a part of a matrix, `[inputs, width]`, in which the numbers that a processor loads together are side by side. A *block* is a
//! few rows to multiply with it, transposed: `[inputs, rows]`.
//!
//! The functions are `#[inline(always)]`: a caller inside [`Arch::dispatch`](pulp::Arch::dispatch) compiles them for its instruction set.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is compiled for the oldest processors"
)]

use pulp::{Arch, Simd, WithSimd};

/// The number of partial results of a sum or maximum: as many as the widest vectors have elements.
const PARTS: usize = 16;

/// Vectors in a row of a panel.
pub(super) const VECTORS: usize = 2;
/// Rows in a block: with the vectors of a panel they are as many sums as the registers of most processors hold.
const ROWS: usize = 6;

/// Returns the width of a panel on this processor: a power of two, at most 32.
pub(super) fn panel_width() -> usize {
    struct Width;

    impl WithSimd for Width {
        type Output = usize;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            VECTORS * S::F32_LANES
        }
    }

    Arch::new().dispatch(Width)
}

/// Divides rows into the fewest blocks of about the same number of rows, and returns these numbers.
pub(super) fn block_lengths(rows: usize) -> impl Iterator<Item = usize> {
    let count = rows.div_ceil(ROWS);
    (0..count).map(move |index| rows * (index + 1) / count - rows * index / count)
}

/// An operation on a block of rows, compiled for each number of rows so that its sums stay in registers.
pub(super) trait OnBlock {
    fn run<S: Simd, const COUNT: usize>(self, simd: S);
}

/// Runs the operation for a block of `count` rows, at most 6.
#[inline(always)]
pub(super) fn on_block<S: Simd>(simd: S, count: usize, operation: impl OnBlock) {
    match count {
        1 => operation.run::<S, 1>(simd),
        2 => operation.run::<S, 2>(simd),
        3 => operation.run::<S, 3>(simd),
        4 => operation.run::<S, 4>(simd),
        5 => operation.run::<S, 5>(simd),
        _ => operation.run::<S, ROWS>(simd),
    }
}

/// Adds the product of a block, `[inputs, COUNT]`, and a panel, `[inputs, width]`, to the sums, `[COUNT, width]`.
#[inline(always)]
pub(super) fn accumulate<S: Simd, const COUNT: usize>(
    simd: S,
    panel: &[f32],
    block: &[f32],
    sums: &mut [[S::f32s; VECTORS]; COUNT],
) {
    let panel = S::as_simd_f32s(panel).0.as_chunks::<VECTORS>().0;
    // A copy, because sums behind a reference may not stay in registers.
    let mut parts = *sums;
    for (weights, inputs) in panel.iter().zip(block.as_chunks::<COUNT>().0) {
        for (sums, input) in parts.iter_mut().zip(inputs) {
            let input = simd.splat_f32s(*input);
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum = simd.mul_add_e_f32s(input, *weight, *sum);
            }
        }
    }
    *sums = parts;
}

/// Copies `row` to every `step`-th element.
#[inline(always)]
pub(super) fn scatter(row: &[f32], to: &mut [f32], step: usize) {
    let column = to.iter_mut().step_by(step);
    column.zip(row).for_each(|(to, from)| *to = *from);
}

/// Computes e to the power of `x` with a relative error below 3e-7. `x` outside of -87 to 88 counts as the nearer bound.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    use std::f32::consts::LOG2_E;
    // Adding 1.5 × 2^23 rounds to a whole number, which is then in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // The natural logarithm of 2 in two parts; the first has so few bits that its product with a whole number below 128 is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;

    let x = x.clamp(-87.0, 88.0);
    let shifted = x * LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    // The Taylor series; |rest| is at most ln(2) / 2, where the first term left out is below 6e-9.
    let mut sum = 1.0 / 5040.0;
    for coefficient in [
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = sum * rest + coefficient;
    }
    let exponent = shifted
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_add(127);
    sum * f32::from_bits(exponent << 23)
}

/// Returns the sum of `part(x)` over all elements, in an order that does not depend on the processor.
#[inline(always)]
pub(crate) fn sum(values: &[f32], part: impl Fn(f32) -> f32) -> f32 {
    fold(
        values,
        0.0,
        |sum, x| sum + part(x),
        |left, right| left + right,
    )
}

/// Returns the greatest of `part(x)` over all elements; minus infinity if there are none.
#[inline(always)]
pub(crate) fn greatest(values: &[f32], part: impl Fn(f32) -> f32) -> f32 {
    // `f32::max` takes more instructions, because it defines the result for values that are not numbers.
    let greater = |left: f32, right: f32| if right > left { right } else { left };
    fold(
        values,
        f32::NEG_INFINITY,
        |greatest, x| greater(greatest, part(x)),
        greater,
    )
}

#[inline(always)]
fn fold(
    values: &[f32],
    start: f32,
    add: impl Fn(f32, f32) -> f32,
    join: impl Fn(f32, f32) -> f32,
) -> f32 {
    let (chunks, rest) = values.as_chunks::<PARTS>();
    let mut parts = [start; PARTS];
    for chunk in chunks {
        for (part, x) in parts.iter_mut().zip(chunk) {
            *part = add(*part, *x);
        }
    }
    for (part, x) in parts.iter_mut().zip(rest) {
        *part = add(*part, *x);
    }
    parts.into_iter().fold(start, join)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_to_the_exact_one() {
        for step in -8700..=8800_i16 {
            let x = f32::from(step) / 100.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) / exact - 1.0).abs();
            assert!(error < 3e-7, "exp({x}) is off by {error}");
        }
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f32::NEG_INFINITY), exp(-87.0));
        assert_eq!(exp(1000.0), exp(88.0));
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn sums_and_greatest_values_include_every_element() {
        for length in [0_u8, 1, 15, 16, 17, 40] {
            let values: Vec<f32> = (0..length).map(f32::from).collect();
            let expected: f32 = values.iter().map(|x| x * x).sum();
            assert_eq!(sum(&values, |x| x * x), expected);
            let greatest_of = values.iter().copied().reduce(f32::max);
            assert_eq!(
                greatest(&values, |x| x),
                greatest_of.unwrap_or(f32::NEG_INFINITY)
            );
        }
    }
}
