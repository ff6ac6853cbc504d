package holdfast.session;

/// Somebody who waits for an answer: the shell knows who it is.
public record Caller(long number) {}
