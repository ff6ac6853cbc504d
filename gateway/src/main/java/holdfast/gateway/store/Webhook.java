package holdfast.gateway.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a tenant wants to be told, and how far this endpoint has been told.
///
/// `version` grows with each setting: what an endpoint answered before doesn't count after it.
public record Webhook(String id, String tenant, Config config, Progress progress, long version) {
  @Override
  public String toString() {
    return "Webhook[id=" + id + ", tenant=" + tenant + "]";
  }

  /// How it is set. `main`: the one that the tenant's own settings name; `format`: the shape of
  /// what is sent; `headers`: further ones for every request.
  public record Config(
      String url,
      EventFilter types,
      Secrets secrets,
      Map<String, String> headers,
      Duration timeout,
      boolean paused,
      boolean main,
      String format) {
    public static final String HOLDFAST = "holdfast";

    @Override
    public String toString() {
      return "Config[…]";
    }
  }

  /// What signs: during a rotation the old one too, so that the receiver can change in its own
  /// time.
  public record Secrets(String current, Optional<String> old, Optional<Instant> oldUntil) {
    public static Secrets of(String current) {
      return new Secrets(current, Optional.empty(), Optional.empty());
    }

    /// The newest first.
    public List<String> valid(Instant now) {
      boolean both = oldUntil.isPresent() && now.isBefore(oldUntil.get());
      return both ? Stream.concat(Stream.of(current), old.stream()).toList() : List.of(current);
    }

    @Override
    public String toString() {
      return "Secrets[…]";
    }
  }

  /// How far an endpoint has come. `cursor`: the newest event that it took or that was put aside;
  /// `attempts`: tries of the one behind it.
  public record Progress(
      long cursor,
      Optional<Instant> failingSince,
      int attempts,
      Optional<Instant> retryAt,
      Optional<String> lastError,
      Optional<String> disabled) {
    /// `seq` has been taken, so nothing stands in the way any more.
    public Progress taken(long seq) {
      return new Progress(
          seq, Optional.empty(), 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// `seq` isn't wanted: that says nothing of the endpoint.
    public Progress passed(long seq) {
      return new Progress(seq, failingSince, 0, retryAt, lastError, disabled);
    }

    /// `seq` has been rejected for good: the endpoint works.
    public Progress putAside(long seq, String error) {
      return new Progress(
          seq, Optional.empty(), 0, Optional.empty(), Optional.of(error), Optional.empty());
    }

    public Progress failed(Instant at, Instant again, String error) {
      return new Progress(
          cursor,
          failingSince.or(() -> Optional.of(at)),
          attempts + 1,
          Optional.of(again),
          Optional.of(error),
          Optional.empty());
    }

    public Progress disabled(String why) {
      return new Progress(
          cursor, failingSince, attempts, Optional.empty(), Optional.of(why), Optional.of(why));
    }

    /// The same endpoint, at another place of the log.
    public Progress at(long seq, int tries) {
      return new Progress(seq, failingSince, tries, retryAt, lastError, disabled);
    }
  }
}
