package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.control.SocketsView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/// A tenant of Holdfast and the phone that it belongs to.
record PlayedTenant(Sandbox sandbox, GatewayUnderTest gateway, String number) {
  String tenant() {
    return "t" + number;
  }

  String path() {
    return "/v1/tenants/" + tenant();
  }

  String device() {
    return number + ":1";
  }

  GatewayUnderTest.Answer post(String what, String body) {
    return gateway.post(path() + what, body);
  }

  String qr() {
    return gateway.get(path() + "/qr").json().required("qr").asText();
  }

  String state() {
    return gateway.get(path() + "/status").json().required("state").asText();
  }

  /// The code that is on show.
  void scan() {
    sandbox.scan(number, qr());
  }

  void await(String state) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::state, state::equals);
  }

  SocketsView.Link row() {
    return sandbox.sockets().of(device()).orElseThrow();
  }

  JsonNode say(String to, String text) {
    return gateway.send(tenant(), "+" + to, text, Optional.of(text.replace(' ', '-')));
  }

  void arrived(String at, String text) {
    Awaitility.await()
        .until(() -> sandbox.phoneMessages(at).stream().anyMatch(note -> note.text().equals(text)));
  }

  List<String> received() {
    return events().stream()
        .filter(event -> event.required("type").asText().equals("message.received"))
        .map(event -> event.at("/data/text").asText())
        .toList();
  }

  List<JsonNode> events() {
    return gateway
        .get(path() + "/events?limit=1000")
        .json()
        .required("events")
        .valueStream()
        .toList();
  }

  /// R1: counted at the server.
  void neverFought() {
    assertThat(row().replacedLive()).isZero();
    assertThat(row().maxOpen()).isEqualTo(1);
    assertThat(sandbox.violations(Optional.of(device()))).isEmpty();
  }
}
