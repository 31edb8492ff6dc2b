//! Accounts over HTTP, on both databases, and sign-in against a certified provider on loopback.

#[cfg(test)]
mod api_keys;
#[cfg(test)]
mod app;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod cookies;
#[cfg(test)]
mod device;
#[cfg(test)]
mod installation;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod members;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod post;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod set_up;
#[cfg(test)]
mod sign_up;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod team;
#[cfg(test)]
mod workspaces;
