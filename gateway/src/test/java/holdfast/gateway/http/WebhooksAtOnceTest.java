package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Several who set a tenant's webhooks at once.
@Timeout(60)
class WebhooksAtOnceTest {
  private static final String MAIN = "/v1/tenants/shop/webhook";
  private static final String ALL = "/v1/tenants/shop/webhooks";
  private static final String BODY = "{\"url\":\"http://127.0.0.1:9/\",\"paused\":true}";

  @TempDir private Path temp;
  private Running api;

  @BeforeEach
  void start() {
    api = new Running(temp, true);
    api.put("/v1/tenants/shop", "{}");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static List<Running.Answer> atOnce(int times, Supplier<Running.Answer> request) {
    var answers =
        IntStream.range(0, times)
            .mapToObj(_ -> CompletableFuture.supplyAsync(request, Thread::startVirtualThread))
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  @Test
  @DisplayName("A first setting that is repeated makes one main webhook, and shows its secret once")
  void oneMain() {
    var answers = atOnce(12, () -> api.put(MAIN, BODY));
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(answers).filteredOn(answer -> answer.json().has("secret")).hasSize(1);
    assertThat(api.get(ALL).json().get("webhooks")).hasSize(1);
  }

  @Test
  @DisplayName("However many are added at once, a tenant has no more than 20")
  void noMoreThanTwenty() {
    var answers = atOnce(26, () -> api.post(ALL, BODY));
    assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(20);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 201)
        .extracting(Running.Answer::code)
        .containsOnly("too_many_webhooks");
    assertThat(api.get(ALL).json().get("webhooks")).hasSize(20);
  }

  @RepeatedTest(8)
  @DisplayName("A setting that names no secret doesn't bring back the one that was just replaced")
  void keepsTheNewSecret() {
    var id = api.post(ALL, BODY).json().get("id").asText();
    var path = ALL + "/" + id;
    var rotated =
        CompletableFuture.supplyAsync(
            () -> api.post(path + "/rotate-secret", "{}"), Thread::startVirtualThread);
    atOnce(6, () -> api.put(path, "{\"paused\":true}"));
    assertThat(api.database.webhooks().find(id).orElseThrow().config().secrets().current())
        .isEqualTo(rotated.join().json().get("secret").asText());
  }
}
