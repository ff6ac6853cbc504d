package holdfast.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {
  @ParameterizedTest
  @DisplayName("Addresses that aren't of the public network are told")
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.9.9.9",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1"
      })
  void tellsPrivate(String address) throws UnknownHostException {
    assertThat(Targets.isPrivate(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @DisplayName("Public addresses pass")
  @ValueSource(
      strings = {
        "8.8.8.8",
        "100.128.0.1",
        "168.63.129.17",
        "172.32.0.1",
        "198.20.0.1",
        "223.255.255.1",
        "2606:4700::1"
      })
  void passesPublic(String address) throws UnknownHostException {
    assertThat(Targets.isPrivate(InetAddress.getByName(address))).isFalse();
  }
}
