package holdfast.client.netty;

import java.time.Duration;

/// How long the other side may take (R20). `tcp`: to answer a connect, which is then dropped and
/// tried anew by the session; `talk`: for the upgrade, and again for its hello.
public record Limits(Duration tcp, Duration talk) {
  private static final Duration TALK = Duration.ofSeconds(20);

  public static final Limits STANDARD = Limits.ofTcp(Duration.ofSeconds(2));

  public static Limits ofTcp(Duration tcp) {
    return new Limits(tcp, TALK);
  }
}
