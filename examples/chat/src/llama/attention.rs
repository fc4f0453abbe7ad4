//! Attention: every token looks at the tokens before it.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is compiled for the oldest processors"
)]

use pulp::{Arch, Simd, WithSimd, bytemuck};

use super::cache::{Layout, PAGE, Page};
use super::vector::{
    OnBlock, VECTORS, accumulate, block_lengths, exp, greatest, on_block, scatter, sum,
};

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
    pub(super) scratch: &'a mut Scratch,
}

/// The memory of the attention of one row.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The queries of a block of heads: `[head, heads]`.
    queries: Vec<f32>,
    /// `[heads, tokens]`
    scores: Vec<f32>,
    /// `[tokens, heads]`
    shares: Vec<f32>,
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
        let Layout { groups, head, .. } = *self.layout;
        let shared = self.heads / groups;
        let rows = self.queries.chunks_exact(self.stride);
        let mixed = self.mixed.chunks_exact_mut(self.heads * head);
        for (row, (mut queries, mut mixed)) in rows.zip(mixed).enumerate() {
            let visible = self.past + row + 1;
            for group in 0..groups {
                for count in block_lengths(shared) {
                    let (block, rest) = queries.split_at(count * head);
                    let (block_mixed, rest_mixed) = mixed.split_at_mut(count * head);
                    let heads = Heads {
                        layout: self.layout,
                        start: self.layout.start(self.layer, group),
                        pages: &self.pages[..visible.div_ceil(PAGE)],
                        visible,
                        queries: block,
                        mixed: block_mixed,
                        scratch: &mut *self.scratch,
                    };
                    on_block(simd, count, heads);
                    (queries, mixed) = (rest, rest_mixed);
                }
            }
        }
    }
}

/// Some query heads of a row with the same keys and values.
struct Heads<'a> {
    layout: &'a Layout,
    /// The place of the keys in each page; the values follow.
    start: usize,
    pages: &'a [Page],
    visible: usize,
    /// `[heads, head]`
    queries: &'a [f32],
    /// `[heads, head]`
    mixed: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl OnBlock for Heads<'_> {
    #[inline(always)]
    fn run<S: Simd, const COUNT: usize>(self, simd: S) {
        let (head, width) = (self.layout.head, VECTORS * S::F32_LANES);
        let (keys, values) = (self.layout.keys(), self.layout.values());
        let tokens = self.pages.len() * PAGE;
        let queries = prepare(&mut self.scratch.queries, COUNT * head);
        let scores = prepare(&mut self.scratch.scores, COUNT * tokens);
        let shares = prepare(&mut self.scratch.shares, COUNT * tokens);
        let zero = [[simd.splat_f32s(0.0); VECTORS]; COUNT];

        for (index, query) in self.queries.chunks_exact(head).enumerate() {
            scatter(query, &mut queries[index..], COUNT);
        }
        let mut first = 0;
        for page in self.pages {
            for panel in page[self.start..][..keys].chunks_exact(head * width) {
                let mut sums = zero;
                accumulate(simd, panel, queries, &mut sums);
                for (sums, scores) in sums.iter().zip(scores.chunks_exact_mut(tokens)) {
                    scores[first..][..width].copy_from_slice(bytemuck::cast_slice(sums));
                }
                first += width;
            }
        }

        #[expect(clippy::cast_precision_loss, reason = "heads are a few hundred wide")]
        let scale = 1.0 / (head as f32).sqrt();
        for (index, scores) in scores.chunks_exact_mut(tokens).enumerate() {
            softmax(scores, self.visible, scale);
            scatter(scores, &mut shares[index..], COUNT);
        }

        for panel in 0..values / (PAGE * width) {
            let mut sums = zero;
            for (page, shares) in self.pages.iter().zip(shares.chunks_exact(PAGE * COUNT)) {
                let start = self.start + keys + panel * PAGE * width;
                accumulate(simd, &page[start..][..PAGE * width], shares, &mut sums);
            }
            for (sums, mixed) in sums.iter().zip(self.mixed.chunks_exact_mut(head)) {
                let mixed = &mut mixed[panel * width..];
                let sums: &[f32] = bytemuck::cast_slice(sums);
                let count = mixed.len().min(sums.len());
                mixed[..count].copy_from_slice(&sums[..count]);
            }
        }
    }
}

/// Returns the first `length` elements of a buffer that grows if it has fewer.
fn prepare(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    &mut buffer[..length]
}

/// Replaces the scores of the visible tokens by shares whose sum is 1, and the others by 0.
#[inline(always)]
fn softmax(scores: &mut [f32], visible: usize, scale: f32) {
    let highest = greatest(&scores[..visible], |score| score * scale);
    // The others too: whole vectors take less time than the elements of a part.
    for score in &mut *scores {
        *score = exp(*score * scale - highest);
    }
    scores[visible..].fill(0.0);
    let factor = 1.0 / sum(scores, |share| share);
    for share in scores {
        *share *= factor;
    }
}
