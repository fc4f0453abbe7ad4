//! Attention: every token looks at the tokens before it.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is compiled for the oldest processors"
)]

use pulp::{Arch, Simd, WithSimd, bytemuck};

use super::cache::{Layout, PAGE, Page};
use super::vector::{exp, greatest, sum};

/// Attention of one sequence's rows, in one layer, to its tokens in the cache. Several query heads share one head of keys and values.
///
/// Each row is computed alone, in an order that depends on its position only.
pub(super) struct Attention<'a> {
    pub(super) layout: &'a Layout,
    pub(super) layer: usize,
    /// The sequence's tokens, those of the rows included.
    pub(super) pages: &'a [Page],
    /// Tokens before the first row.
    pub(super) past: usize,
    pub(super) heads: usize,
    /// Rows that begin with the rotated queries.
    pub(super) queries: &'a [f32],
    /// The length of these rows.
    pub(super) stride: usize,
    /// The result, `[rows, heads * head]`.
    pub(super) mixed: &'a mut [f32],
    /// A buffer.
    pub(super) scores: &'a mut Vec<f32>,
}

impl Attention<'_> {
    pub(super) fn run(self) {
        Arch::new().dispatch(self);
    }
}

impl WithSimd for Attention<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let head = self.layout.head;
        let shared = self.heads / self.layout.groups;
        #[expect(clippy::cast_precision_loss, reason = "heads are a few hundred wide")]
        let scale = 1.0 / (head as f32).sqrt();
        let rows = self.queries.chunks_exact(self.stride);
        let mixed = self.mixed.chunks_exact_mut(self.heads * head);
        for (row, (queries, mixed)) in rows.zip(mixed).enumerate() {
            let visible = self.past + row + 1;
            let pages = &self.pages[..visible.div_ceil(PAGE)];
            self.scores.resize(pages.len() * PAGE, 0.0);
            let heads = queries.chunks_exact(head).zip(mixed.chunks_exact_mut(head));
            for (index, (query, mixed)) in heads.enumerate() {
                let of = Head {
                    layout: self.layout,
                    layer: self.layer,
                    group: index / shared,
                    pages,
                };
                of.scores(simd, query, self.scores);
                let total = softmax(self.scores, visible, scale);
                of.mix(simd, self.scores, 1.0 / total, mixed);
            }
        }
    }
}

/// The visible keys and values of one head in one layer.
struct Head<'a> {
    layout: &'a Layout,
    layer: usize,
    group: usize,
    pages: &'a [Page],
}

impl Head<'_> {
    /// Computes the product of the query with every key.
    #[inline(always)]
    fn scores<S: Simd>(&self, simd: S, query: &[f32], scores: &mut [f32]) {
        let query = query.as_chunks::<2>().0;
        for (page, scores) in self.pages.iter().zip(scores.as_chunks_mut::<PAGE>().0) {
            let (keys, _) = self.layout.block_of(page, self.layer, self.group);
            let strips = keys.chunks_exact(self.layout.head * S::F32_LANES);
            for (strip, scores) in strips.zip(scores.chunks_exact_mut(S::F32_LANES)) {
                let keys = S::as_simd_f32s(strip).0.as_chunks::<2>().0;
                // Two sums, because an addition has to wait for the one before it.
                let mut sums = [simd.splat_f32s(0.0); 2];
                for (keys, query) in keys.iter().zip(query) {
                    for (sum, (key, query)) in sums.iter_mut().zip(keys.iter().zip(query)) {
                        *sum = simd.mul_add_e_f32s(simd.splat_f32s(*query), *key, *sum);
                    }
                }
                let sum = [simd.add_f32s(sums[0], sums[1])];
                scores.copy_from_slice(bytemuck::cast_slice(&sum));
            }
        }
    }

    /// Adds up the values in these shares.
    #[inline(always)]
    fn mix<S: Simd>(&self, simd: S, shares: &[f32], scale: f32, mixed: &mut [f32]) {
        let length = PAGE * S::F32_LANES;
        for (strip, mixed) in mixed.chunks_mut(S::F32_LANES).enumerate() {
            let mut sums = [simd.splat_f32s(0.0); 4];
            for (page, shares) in self.pages.iter().zip(shares.as_chunks::<PAGE>().0) {
                let (_, values) = self.layout.block_of(page, self.layer, self.group);
                let values = S::as_simd_f32s(&values[strip * length..][..length]).0;
                let values = values.as_chunks::<4>().0;
                for (values, shares) in values.iter().zip(shares.as_chunks::<4>().0) {
                    for (sum, (value, share)) in sums.iter_mut().zip(values.iter().zip(shares)) {
                        *sum = simd.mul_add_e_f32s(simd.splat_f32s(*share), *value, *sum);
                    }
                }
            }
            let [a, b, c, d] = sums;
            let sum = simd.add_f32s(simd.add_f32s(a, b), simd.add_f32s(c, d));
            let sum = [simd.mul_f32s(sum, simd.splat_f32s(scale))];
            mixed.copy_from_slice(&bytemuck::cast_slice(&sum)[..mixed.len()]);
        }
    }
}

/// Replaces the scores of the visible tokens by their shares, times the sum, which it returns, and the others by 0.
#[inline(always)]
fn softmax(scores: &mut [f32], visible: usize, scale: f32) -> f32 {
    let highest = greatest(&scores[..visible], |score| score * scale);
    // The others too: whole vectors take less time than the elements of a part.
    for score in &mut *scores {
        *score = exp(*score * scale - highest);
    }
    scores[visible..].fill(0.0);
    sum(scores, |share| share)
}
