package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.crypto.KeyPair;
import holdfast.session.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final Transport.Request REQUEST =
      new Transport.Request(KeyPair.generate(new SplittableRandom(1)), new byte[0], new byte[0]);

  private final List<String> news = new ArrayList<>();
  private final List<Transport.Listener> opened = new ArrayList<>();
  private int due;
  private final Connections connections = new Connections("shop", this::open, new Sink());

  private boolean breaks;

  /// One whose end is told when the test says so.
  private Transport.Connection open(Transport.Request request, Transport.Listener listener) {
    if (breaks) {
      throw new OutOfMemoryError("told by the test");
    }
    opened.add(listener);
    return new Transport.Connection() {
      @Override
      public void send(List<byte[]> stanzas) {}

      @Override
      public void close() {}

      @Override
      public void destroy() {}

      @Override
      public void reading(boolean on) {}
    };
  }

  private final class Sink implements Connections.Sink {
    @Override
    public void opened(long generation) {}

    @Override
    public void received(long generation, byte[] stanza) {}

    @Override
    public void closed(long generation, Input.Cause cause, String text) {
      news.add(generation + " " + text);
    }

    @Override
    public void due() {
      due++;
    }
  }

  @Test
  @DisplayName("R7: the next one opens when the end of the one before is told, not earlier")
  void waitsForItsTurn() {
    connections.open(1, REQUEST, "login");
    connections.open(2, REQUEST, "login");

    assertThat(opened).hasSize(1);

    opened.getFirst().closed(Input.Cause.CLOSED, "gone");
    assertThat(due).isEqualTo(1);
    assertThat(opened).as("not on the thread that told the end").hasSize(1);
    connections.openPending();

    assertThat(opened).hasSize(2);
  }

  @Test
  @DisplayName("R6, R17: what is closed between the end before it and its own turn never opens")
  void isGivenUpLate() {
    connections.open(1, REQUEST, "login");
    connections.open(2, REQUEST, "login");
    opened.getFirst().closed(Input.Cause.CLOSED, "gone");

    connections.close(2);
    connections.openPending();

    assertThat(opened).hasSize(1);
    assertThat(news).containsExactly("1 gone", "2 never opened");
  }

  @Test
  @DisplayName("R1, R3: what waits is forgotten when a newer one opens before it")
  void yieldsToTheNewer() {
    connections.open(1, REQUEST, "login");
    connections.open(2, REQUEST, "login");
    opened.getFirst().closed(Input.Cause.CLOSED, "gone");

    connections.open(3, REQUEST, "login");
    connections.openPending();
    opened.getLast().closed(Input.Cause.CLOSED, "gone");

    connections.openPending();
    assertThat(opened).hasSize(2);
  }

  @Test
  @DisplayName("R7: what broke while it was opened is nothing that anybody waits for")
  void waitsForNothingBroken() {
    breaks = true;
    assertThatThrownBy(() -> connections.open(1, REQUEST, "login"))
        .isInstanceOf(OutOfMemoryError.class);
    breaks = false;
    connections.open(2, REQUEST, "login");

    assertThat(opened).hasSize(1);
  }

  @Test
  @DisplayName("R6, R17: what waits for its turn and is closed meanwhile never opens")
  void isGivenUp() {
    connections.open(1, REQUEST, "login");
    connections.open(2, REQUEST, "login");

    connections.close(2);
    opened.getFirst().closed(Input.Cause.CLOSED, "gone");

    assertThat(opened).hasSize(1);
    assertThat(news).containsExactly("2 never opened", "1 gone");
  }
}
