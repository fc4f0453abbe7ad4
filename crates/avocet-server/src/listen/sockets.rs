//! Chooses the sockets to listen on, inherited ones or those of the addresses, and divides them among the workers.

use std::io;

use crate::listen::bind::{Terms, again, bind, check};
use crate::listen::listener::Bound;

/// Returns all sockets: the inherited ones if there are any, else one per address and worker.
///
/// Sockets of one address are adjacent, so that [`divided`] gives each worker one of each.
pub(crate) async fn sockets(
    addresses: &[String],
    terms: &Terms,
    workers: usize,
) -> io::Result<Vec<Bound>> {
    let mut all = given()?;
    if all.is_empty() {
        for address in addresses {
            let first = bind(address, terms).await?;
            let others = (1..workers).map(|_| again(&first, terms));
            let others = others.collect::<io::Result<Vec<_>>>()?;
            all.push(first);
            all.extend(others);
        }
    } else {
        // Every worker needs a socket; one more handle to an existing queue loses no connection.
        let count = all.len();
        for index in count..workers {
            let shared = all[index % count].share()?;
            all.push(shared);
        }
    }
    Ok(all)
}

/// Checks that all addresses can be bound. Addresses are not used if the process inherits sockets.
pub(crate) async fn check_all(addresses: &[String], terms: &Terms) -> io::Result<()> {
    if cfg!(unix) && std::env::var_os("LISTEN_FDS").is_some() {
        return Ok(());
    }
    for address in addresses {
        check(address, terms).await?;
    }
    Ok(())
}

#[cfg(unix)]
fn given() -> io::Result<Vec<Bound>> {
    crate::listen::inherited::inherited()
}

#[cfg(not(unix))]
fn given() -> io::Result<Vec<Bound>> {
    Ok(Vec::new())
}

/// The sockets of each worker, in turn.
pub(crate) fn divided(all: Vec<Bound>, workers: usize) -> Vec<Vec<Bound>> {
    let mut sets: Vec<Vec<Bound>> = (0..workers).map(|_| Vec::new()).collect();
    for (index, socket) in all.into_iter().enumerate() {
        sets[index % workers].push(socket);
    }
    sets
}
