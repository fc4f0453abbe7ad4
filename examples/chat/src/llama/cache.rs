//! Keys and values of the tokens that sequences have processed, in pages of one memory with a bound.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config::Config;
use super::vector::{panel_width, scatter};

/// Tokens in a page: a multiple of the width of panels.
pub(super) const PAGE: usize = 32;

/// The attention cache of a model: every layer's keys and values for a fixed number of tokens, shared by the sequences that run together.
///
/// A sequence reserves room for all its tokens before it starts, so it never runs out of memory half-way. The cache allocates a page of 32
/// tokens when a sequence reaches it, and keeps pages for later sequences.
///
/// ```
/// # fn main() -> Result<(), chat::LoadError> {
/// use chat::llama::{Config, KvCache};
///
/// let config = Config::read("model".as_ref())?;
/// let cache = KvCache::new(&config, 2048);
/// // 2048 tokens × 4 layers × 2 heads × (32 + 32) numbers × 4 bytes.
/// assert_eq!(cache.bytes(), 4 << 20);
///
/// let long = cache.reserve(1024).unwrap();
/// let short = cache.reserve(100).unwrap();
/// assert_eq!(cache.free(), 896);
/// assert!(cache.reserve(1024).is_none());
///
/// drop(long);
/// assert!(cache.reserve(1024).is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct KvCache {
    pool: Arc<Pool>,
}

/// The tokens of one sequence in a [`KvCache`]. Dropping it frees their pages.
pub struct Slot {
    pages: Vec<Page>,
    length: usize,
    capacity: usize,
    pool: Arc<Pool>,
}

/// The keys and values of 32 tokens in every layer.
pub(super) type Page = Box<[f32]>;

#[derive(Debug)]
struct Pool {
    layout: Layout,
    context: usize,
    pages: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reserved: usize,
    /// Allocated pages that no sequence uses.
    idle: Vec<Page>,
}

impl KvCache {
    /// The number of tokens in a page.
    pub const PAGE: usize = PAGE;

    /// Creates a cache for this number of tokens, rounded up to whole pages of 32.
    pub fn new(config: &Config, tokens: usize) -> Self {
        let pool = Pool {
            layout: Layout::new(config),
            context: config.context,
            pages: tokens.div_ceil(PAGE),
            state: Mutex::default(),
        };
        Self {
            pool: Arc::new(pool),
        }
    }

    /// Reserves room for a sequence of up to this number of tokens, prompt and response together; more than the model's context counts as the
    /// context. Returns `None` if fewer are [free](Self::free).
    pub fn reserve(&self, tokens: usize) -> Option<Slot> {
        let capacity = tokens.min(self.pool.context);
        let pages = capacity.div_ceil(PAGE);
        let mut state = self.pool.state();
        if pages > self.pool.pages - state.reserved {
            return None;
        }
        state.reserved += pages;
        Some(Slot {
            pages: Vec::with_capacity(pages),
            length: 0,
            capacity,
            pool: Arc::clone(&self.pool),
        })
    }

    /// Returns the number of tokens that are not reserved: whole pages of 32.
    pub fn free(&self) -> usize {
        (self.pool.pages - self.pool.state().reserved) * PAGE
    }

    /// Returns the number of tokens in the whole cache: whole pages of 32.
    pub fn capacity(&self) -> usize {
        self.pool.pages * PAGE
    }

    /// Returns the maximum memory of the keys and values, in bytes.
    pub fn bytes(&self) -> usize {
        self.pool.pages * self.pool.layout.page() * size_of::<f32>()
    }
}

impl Slot {
    /// Returns the number of tokens that the model has read.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Returns the number of tokens that it has room for.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.pool.layout
    }

    pub(super) fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Writes the keys and values, `[groups, head]` each, of the token at this position in one layer.
    pub(super) fn write(&mut self, layer: usize, position: usize, keys: &[f32], values: &[f32]) {
        let layout = &self.pool.layout;
        let page = &mut self.pages[position / PAGE];
        let heads = keys
            .chunks_exact(layout.head)
            .zip(values.chunks_exact(layout.head));
        for (group, (key, value)) in heads.enumerate() {
            layout.write(page, layer, group, position % PAGE, key, value);
        }
    }

    /// Adds the pages for this number of tokens after the last one.
    pub(super) fn grow(&mut self, tokens: usize) {
        let pages = (self.length + tokens).div_ceil(PAGE);
        while self.pages.len() < pages {
            let idle = self.pool.state().idle.pop();
            let page = match idle {
                Some(mut page) => {
                    // Attention multiplies the tokens of a page that are not there yet by zero, for which they must be finite.
                    page.fill(0.0);
                    page
                }
                None => vec![0.0; self.pool.layout.page()].into(),
            };
            self.pages.push(page);
        }
    }

    pub(super) fn advance(&mut self, tokens: usize) {
        self.length += tokens;
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Slot")
            .field("length", &self.length)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        state.reserved -= self.capacity.div_ceil(PAGE);
        state.idle.append(&mut self.pages);
    }
}

impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("State")
            .field("reserved", &self.reserved)
            .field("idle", &self.idle.len())
            .finish()
    }
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is complete before the lock is released.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The places of keys and values in a page.
///
/// A page has for each layer and head of keys and values: the keys as panels of some tokens, each `[head, width]`, so that a vector holds the
/// same element of several keys; then the values as panels of some elements, each `[PAGE, width]`, the last one filled with zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    layers: usize,
    pub(super) groups: usize,
    pub(super) head: usize,
    pub(super) width: usize,
}

impl Layout {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            layers: config.layers,
            groups: config.key_value_heads,
            head: config.head,
            width: panel_width(),
        }
    }

    /// Returns the numbers in a page.
    fn page(&self) -> usize {
        self.layers * self.groups * (self.keys() + self.values())
    }

    /// Returns the numbers in the keys of one head in one layer.
    pub(super) fn keys(&self) -> usize {
        PAGE * self.head
    }

    /// Returns the numbers in the values of one head in one layer.
    pub(super) fn values(&self) -> usize {
        PAGE * self.head.next_multiple_of(self.width)
    }

    /// Returns where in a page the keys of a head begin; its values follow.
    pub(super) fn start(&self, layer: usize, group: usize) -> usize {
        (layer * self.groups + group) * (self.keys() + self.values())
    }

    /// Writes a token's key and value of one head, at its place in the page.
    fn write(
        &self,
        page: &mut Page,
        layer: usize,
        group: usize,
        place: usize,
        key: &[f32],
        value: &[f32],
    ) {
        let width = self.width;
        let block = &mut page[self.start(layer, group)..][..self.keys() + self.values()];
        let (keys, values) = block.split_at_mut(self.keys());
        let first = place / width * self.head * width + place % width;
        scatter(key, &mut keys[first..], width);
        let panels = values.chunks_exact_mut(PAGE * width);
        for (panel, value) in panels.zip(value.chunks(width)) {
            panel[place * width..][..value.len()].copy_from_slice(value);
        }
    }
}
