//! The DNS server and the mail hosts, over real sockets.

mod client;
mod dns;
mod dns_resolver;
mod faults;
mod limits;
mod personalities;
mod protocol;
mod speed;
mod submission;
mod town;
mod whole_world;
mod wrong_order;
