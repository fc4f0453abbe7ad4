//! Sessions as clients see them.

mod a18_cross_site;
mod a8_caches;
mod app;
mod backend;
mod browser;
mod cookies;
mod curl;
mod expiry;
mod flash;
mod hostile;
mod login;
mod sealed;
mod session;
mod startup;
mod stored;
