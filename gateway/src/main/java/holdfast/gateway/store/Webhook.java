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

  /// Tries of one event. `rejected`: those that the endpoint said no to (4xx), which alone may put
  /// it aside; an outage says nothing of the event.
  public record Tries(int all, int rejected) {
    public static final Tries NONE = new Tries(0, 0);
  }

  /// How far an endpoint has come. `cursor`: the newest event that it took or that was put aside;
  /// `tries`: of the one behind it.
  public record Progress(
      long cursor,
      Optional<Instant> failingSince,
      Tries tries,
      Optional<Instant> retryAt,
      Optional<String> lastError,
      Optional<String> disabled) {
    /// `seq` has been taken, so nothing stands in the way any more.
    public Progress taken(long seq) {
      return new Progress(
          seq, Optional.empty(), Tries.NONE, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// `seq` isn't wanted: that says nothing of the endpoint.
    public Progress passed(long seq) {
      return new Progress(seq, failingSince, Tries.NONE, retryAt, lastError, disabled);
    }

    /// `seq` has been rejected for good: the endpoint works.
    public Progress putAside(long seq, String error) {
      return new Progress(
          seq,
          Optional.empty(),
          Tries.NONE,
          Optional.empty(),
          Optional.of(error),
          Optional.empty());
    }

    public Progress failed(Instant at, Instant again, String error) {
      return tried(new Tries(tries.all() + 1, tries.rejected()), at, again, error);
    }

    public Progress rejected(Instant at, Instant again, String error) {
      return tried(new Tries(tries.all() + 1, tries.rejected() + 1), at, again, error);
    }

    private Progress tried(Tries now, Instant at, Instant again, String error) {
      return new Progress(
          cursor,
          failingSince.or(() -> Optional.of(at)),
          now,
          Optional.of(again),
          Optional.of(error),
          Optional.empty());
    }

    public Progress disabled(String why) {
      return new Progress(
          cursor, failingSince, tries, Optional.empty(), Optional.of(why), Optional.of(why));
    }

    /// The same endpoint, at another place of the log.
    public Progress at(long seq, Tries sofar) {
      return new Progress(seq, failingSince, sofar, retryAt, lastError, disabled);
    }
  }
}
