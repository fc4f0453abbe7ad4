//! Functions of one number without branches or calls, so that the compiler can compute several at once. They are always inlined: a call
//! would end the vector instructions of the loop around it.

use std::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

/// Returns the exact GELU, `x · Φ(x)`, to about 1e-6.
///
/// erf is formula 7.1.26 of Abramowitz and Stegun, "Handbook of Mathematical Functions", whose error is at most 1.5e-7.
#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    const P: f32 = 0.327_591_1;
    const A: [f32; 5] = [
        0.254_829_6,
        -0.284_496_74,
        1.421_413_7,
        -1.453_152,
        1.061_405_4,
    ];
    let z = x.abs() * FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + P * z);
    let polynomial = t * (A[0] + t * (A[1] + t * (A[2] + t * (A[3] + t * A[4]))));
    let erf = 1.0 - polynomial * exp(-z * z);
    0.5 * (x + x.abs() * erf)
}

/// Returns the exponential of a number that is not above 0, to a relative error of about 2e-7. Below -87 it returns that of -87.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // The natural logarithm of 2 in two parts; the first has few enough bits that a product with an integer is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // Added to a small number, it rounds it to an integer, which the lowest bits of the sum hold.
    const ROUND: f32 = 12_582_912.0;
    const EXPONENT_BIAS: u32 = 127;
    const MANTISSA_BITS: u32 = 23;
    let x = x.max(-87.0);
    let shifted = x * LOG2_E + ROUND;
    let n = shifted - ROUND;
    let power = f32::from_bits(shifted.to_bits().wrapping_add(EXPONENT_BIAS) << MANTISSA_BITS);
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    // The Taylor series. With |r| at most ln 2 / 2, the next term is below 6e-9 of the sum.
    let fraction = 1.0
        + r * (1.0
            + r * (1.0 / 2.0
                + r * (1.0 / 6.0
                    + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r / 5040.0))))));
    fraction * power
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 1/1024 from `start` to below `end`.
    fn range(start: i16, end: i16) -> impl Iterator<Item = f32> {
        (start..end).flat_map(|whole| {
            (0..1024_u16).map(move |part| f32::from(whole) + f32::from(part) / 1024.0)
        })
    }

    #[test]
    fn exp_is_the_exponential() {
        for x in range(-86, 0) {
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(error < 2.5e-7, "exp({x}) is off by {error:e}");
        }
        assert!(exp(-1e9) < 2e-38);
        assert!(exp(f32::NEG_INFINITY) < 2e-38);
        assert!((exp(0.0) - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn gelu_is_exact_and_not_the_tanh_approximation() {
        // From Python: x / 2 * (1 + math.erf(x / math.sqrt(2))). The tanh approximation differs by 1e-4 at 2.
        for (x, expected) in [
            (-10.0, 0.0),
            (-2.0, -0.045_500_263_896_358_42),
            (-0.5, -0.154_268_769_364_893_4),
            (0.0, 0.0),
            (0.1, 0.053_982_783_727_702_9),
            (1.0, 0.841_344_746_068_542_9),
            (2.0, 1.954_499_736_103_641_6),
            (2.7, 2.690_639_170_731_790_5),
            (50.0, 50.0_f64),
        ] {
            let error = (f64::from(gelu(x)) - expected).abs();
            assert!(error < 1e-6, "gelu({x}) is off by {error:e}");
        }
    }
}
