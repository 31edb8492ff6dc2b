//! The program as `make lint` runs it: what it prints and its exit code.

#[cfg(test)]
mod tidy;
