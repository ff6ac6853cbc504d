package holdfast.session;

import java.time.Duration;

/// How long a connection may take for what (R20).
///
/// `connect`: all of a connection attempt. `keepAlive`: from one ping to the next, which is the
/// heartbeat as well (R19). `qr`: how long a QR is shown; the first one stays three times as long.
public record Times(Duration connect, Duration keepAlive, Duration qr) {
  public static final Times STANDARD =
      new Times(Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofSeconds(20));

  public Times {
    if (!connect.isPositive() || !keepAlive.isPositive() || !qr.isPositive()) {
      throw new IllegalArgumentException("a time must be positive");
    }
  }

  Duration firstQr() {
    return qr.multipliedBy(3);
  }

  /// How long the answer to a ping is awaited.
  Duration pong() {
    return keepAlive.dividedBy(2);
  }
}
