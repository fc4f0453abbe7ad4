//! `Priority`: which work runs first.

/// Which work runs first. Higher priorities run first, until lower ones have waited for
/// [`promote_after`](crate::Workers::promote_after).
///
/// ```
/// use avocet_inference::Priority;
///
/// assert!(Priority::High > Priority::Normal && Priority::default() == Priority::Normal);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Work that can wait, for example evaluations.
    Low,
    /// Most work.
    #[default]
    Normal,
    /// Work that a person waits for.
    High,
}

impl Priority {
    /// From the lowest.
    pub(crate) const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    pub(crate) const fn level(self) -> usize {
        self as usize
    }
}
