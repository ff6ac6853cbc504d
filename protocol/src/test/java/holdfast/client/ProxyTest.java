package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
  @Test
  @DisplayName("R42: a proxy with credentials is read, written back whole, and shown without them")
  void withCredentials() {
    var proxy = Proxy.parse("socks5://ann%40shop:p%3Aa+s%20s@proxy.example:1080");

    assertThat(proxy.kind()).isEqualTo(Proxy.Kind.SOCKS5);
    assertThat(proxy.address()).isEqualTo("proxy.example:1080");
    assertThat(proxy.login()).contains(new Proxy.Login("ann@shop", "p:a+s s"));
    assertThat(Proxy.parse(proxy.secretUrl())).isEqualTo(proxy);
    assertThat(proxy).hasToString("socks5://***@proxy.example:1080");
    assertThat(proxy.login().orElseThrow()).hasToString("***");
  }

  @Test
  @DisplayName("R42: a proxy without credentials, by address")
  void without() {
    var proxy = Proxy.parse("http://[::1]:3128/");

    assertThat(proxy)
        .isEqualTo(new Proxy(Proxy.Kind.HTTP, "[::1]", 3128, Optional.empty()))
        .hasToString("http://[::1]:3128");
    assertThat(proxy.secretUrl()).isEqualTo("http://[::1]:3128");
  }

  @ParameterizedTest
  @CsvSource({
    "https://proxy.example:443, must begin with http:// or socks5://",
    "socks4://proxy.example:1080, must begin with http:// or socks5://",
    "proxy.example:1080, must begin with http:// or socks5://",
    "1080, must begin with http:// or socks5://",
    "http://proxy.example, a host and a port",
    "http://proxy.example:0, a host and a port",
    "http://proxy.example:70000, a host and a port",
    "http://:3128, a host and a port",
    "http://ann:sec@ret@proxy.example:3128, percent-encoded",
    "http://proxy.example:3128/path, nothing behind the port",
    "http://proxy.example:3128?q, nothing behind the port",
    "http://:secret@proxy.example:3128, must have a user",
    "http://a%3Ab:secret@proxy.example:3128, a colon"
  })
  @DisplayName("What is no proxy is refused with what is wrong, and isn't quoted")
  void refused(String text, String why) {
    assertThatThrownBy(() -> Proxy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "http://ann:secret@host name:1", "%", "socks5://a%zz:secret@h:1"})
  @DisplayName("What is no address at all is refused, and isn't quoted")
  void noAddress(String text) {
    assertThatThrownBy(() -> Proxy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must ")
        .hasMessageNotContaining("secret");
  }

  @Test
  @DisplayName("What SOCKS5 has no room for is refused")
  void tooLong() {
    assertThatThrownBy(() -> Proxy.parse("socks5://ann:" + "x".repeat(256) + "@proxy.example:1080"))
        .hasMessageContaining("at most 255 bytes");
  }
}
