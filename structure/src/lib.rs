//! The structure of the workspace's code: what the modules of a crate import, and tests that hold it.

#[cfg(test)]
mod imports;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod tests;
