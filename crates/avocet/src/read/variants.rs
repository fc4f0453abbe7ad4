//! The variants of a tagged enum.

/// The names that an object's tag can have, and the variant of each.
///
/// ```
/// use avocet::read::Variants;
///
/// static ROLES: Variants = Variants::new("role", &["system", "user"]).aliases(&[("human", 1)]);
/// assert_eq!(ROLES.find("human"), Some(1));
/// assert_eq!(ROLES.find("nobody"), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Variants {
    pub(super) tag: &'static str,
    pub(super) names: &'static [&'static str],
    aliases: &'static [(&'static str, usize)],
    other: Option<usize>,
}

impl Variants {
    /// One name for each variant, in the member `tag`.
    ///
    /// ```
    /// assert_eq!(avocet::read::Variants::new("kind", &["cat", "dog"]).find("dog"), Some(1));
    /// ```
    pub const fn new(tag: &'static str, names: &'static [&'static str]) -> Self {
        Self {
            tag,
            names,
            aliases: &[],
            other: None,
        }
    }

    /// Further names that are read.
    ///
    /// ```
    /// # use avocet::read::Variants;
    /// assert_eq!(Variants::new("kind", &["cat"]).aliases(&[("kitten", 0)]).find("kitten"), Some(0));
    /// ```
    pub const fn aliases(mut self, aliases: &'static [(&'static str, usize)]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Sets the variant for every other name.
    ///
    /// ```
    /// # use avocet::read::Variants;
    /// assert_eq!(Variants::new("kind", &["cat", "any"]).other(1).find("newt"), Some(1));
    /// ```
    pub const fn other(mut self, index: usize) -> Self {
        self.other = Some(index);
        self
    }

    /// The index of the variant with this name.
    ///
    /// ```
    /// assert_eq!(avocet::read::Variants::new("kind", &["cat"]).find("newt"), None);
    /// ```
    pub fn find(&self, name: &str) -> Option<usize> {
        self.find_tag(name).map(|(index, _)| index)
    }

    /// The index of the variant with this name, and the name as declared.
    pub(super) fn find_tag(&self, name: &str) -> Option<(usize, &'static str)> {
        let alias = || self.aliases.iter().find(|(alias, _)| *alias == name);
        let other = || self.other.map(|index| (index, self.names[index]));
        self.names
            .iter()
            .position(|known| *known == name)
            .map(|index| (index, self.names[index]))
            .or_else(|| alias().map(|&(alias, index)| (index, alias)))
            .or_else(other)
    }

    /// Every name, grouped by variant.
    pub(super) fn all_names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.names.iter().enumerate().flat_map(|(index, name)| {
            let aliases = self.aliases.iter().filter(move |(_, of)| *of == index);
            std::iter::once(*name).chain(aliases.map(|(alias, _)| *alias))
        })
    }
}
