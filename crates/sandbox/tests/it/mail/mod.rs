//! The DNS server and the mail hosts, over real sockets.

mod client;
mod dns;
mod dns_resolver;
mod faults;
mod limits;
mod personalities;
mod protocol;
mod speed;
mod town;
mod wrong_order;
