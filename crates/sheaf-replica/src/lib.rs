//! Logs, entries, version vectors, sessions: a state machine without IO that knows no pupils.
