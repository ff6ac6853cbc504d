package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsNode
class BaileysPeerTest {
  @TempDir Path folder;

  @Test
  @DisplayName(
      "A peer without a server says how its connection ended, and leaves its credentials on disk")
  void endsInOrder() throws IOException {
    try (var peer = BaileysPeer.launch(folder)) {
      peer.start(nobody());

      assertThat(peer.awaitClose())
          .satisfies(close -> assertThat(close.reason()).contains("ECONNREFUSED"))
          .satisfies(close -> assertThat(close.again()).isFalse());
      peer.end();
      assertThat(folder.resolve("creds.json")).isNotEmptyFile();
    }
  }

  @Test
  @DisplayName("A peer told to reconnect tries again after an end that isn't a logout")
  void reconnects() throws IOException {
    try (var peer = BaileysPeer.launch(folder)) {
      peer.startAndReconnect(nobody());

      assertThat(peer.awaitClose().again()).isTrue();
      assertThat(peer.awaitClose().again()).isTrue();
    }
  }

  @Test
  @DisplayName(
      "A command that the peer can't carry out fails the test that gave it, with the reason")
  void saysWhy() throws IOException {
    try (var peer = BaileysPeer.launch(folder)) {
      peer.start(nobody());

      assertThatThrownBy(() -> peer.read("unknown"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("no message unknown has come in");
    }
  }

  @Test
  @DisplayName("A killed peer ends every wait at once")
  void killed() {
    try (var peer = BaileysPeer.launch(folder)) {
      peer.kill();

      assertThatThrownBy(peer::awaitQr)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("before the peer ended");
    }
  }

  /// An address on this machine where nothing listens.
  private static URI nobody() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("ws://127.0.0.1:" + socket.getLocalPort() + "/ws/chat");
    }
  }
}
