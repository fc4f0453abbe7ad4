//! Arithmetic on slices of `f32` that the compiler turns into the vector instructions of the processor at hand.
//!
//! The functions are `#[inline(always)]`: a caller inside [`Arch::dispatch`](pulp::Arch::dispatch) compiles them for its instruction set.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is compiled for the oldest processors"
)]

use pulp::{Arch, Simd, WithSimd};

/// The number of partial results of a sum or maximum: as many as the widest vectors have elements.
const PARTS: usize = 16;

/// Returns the number of `f32` in one vector of this processor: a power of two, at most 16.
pub(super) fn lanes() -> usize {
    struct Lanes;

    impl WithSimd for Lanes {
        type Output = usize;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            S::F32_LANES
        }
    }

    Arch::new().dispatch(Lanes)
}

/// Computes e to the power of `x` with a relative error below 3e-7. `x` outside of -87 to 88 counts as the nearer bound.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
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
pub(super) fn sum(values: &[f32], part: impl Fn(f32) -> f32) -> f32 {
    fold(
        values,
        0.0,
        |sum, x| sum + part(x),
        |left, right| left + right,
    )
}

/// Returns the greatest of `part(x)` over all elements; minus infinity if there are none.
#[inline(always)]
pub(super) fn greatest(values: &[f32], part: impl Fn(f32) -> f32) -> f32 {
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
