//! `Replica`: which copy of the model a thread loads.

/// The replica that loads a model: a parameter of the function that loads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replica {
    pub(crate) number: usize,
    pub(crate) device: usize,
}

impl Replica {
    /// Returns the number of the replica, from 0.
    ///
    /// ```
    /// # fn load(replica: &avocet_inference::Replica) {
    /// println!("replica {} loads", replica.number());
    /// # }
    /// ```
    pub fn number(&self) -> usize {
        self.number
    }

    /// Returns the device that it uses, by [`devices`](crate::Workers::devices). Without them, it is the number of the replica.
    ///
    /// ```
    /// # fn load(replica: &avocet_inference::Replica) {
    /// println!("on the device {}", replica.device());
    /// # }
    /// ```
    pub fn device(&self) -> usize {
        self.device
    }
}
