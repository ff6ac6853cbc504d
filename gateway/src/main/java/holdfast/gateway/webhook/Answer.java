package holdfast.gateway.webhook;

/// What became of one try to deliver an event.
public sealed interface Answer {
  /// 2xx.
  record Taken() implements Answer {}

  /// A 4xx: this event isn't wanted, others may be.
  record Rejected(int status) implements Answer {}

  /// 410: the endpoint is gone for good.
  record Gone() implements Answer {}

  /// The endpoint is in trouble: no connection, no answer in time, 408, 429, 5xx.
  record Failed(String reason) implements Answer {}
}
