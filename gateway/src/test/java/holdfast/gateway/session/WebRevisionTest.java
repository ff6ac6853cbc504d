package holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebRevisionTest {
  private static final String PAGE =
      "x={\"server_revision\":1,\"client_revision\":1099999999,\"a\":1}";

  @TempDir private Path temp;

  @Test
  @DisplayName(
      "R41 The revision is read from the page, plain or escaped, the first if there are more")
  void parses() {
    assertThat(WebRevision.parse(PAGE)).hasValue(1_099_999_999);
    assertThat(WebRevision.parse("{\\\"client_revision\\\": 1043857760}, \"client_revision\":7"))
        .hasValue(1_043_857_760);
    assertThat(WebRevision.parse("")).isEmpty();
    assertThat(WebRevision.parse("\"client_revision\":9999999999")).isEmpty();
  }

  @Test
  @DisplayName("R41 A newer one is taken and kept, an older one isn't")
  void keepsTheNewest() {
    try (var folder = DataFolder.open(temp);
        var database = Database.open(folder, Optional.empty())) {
      var facts = database.facts();
      var revision = WebRevision.newest(facts, true);
      assertThat(revision.current()).isEqualTo(WebRevision.BUILT_IN);
      assertThat(revision.take("\"client_revision\":1000000001")).isFalse();
      assertThat(revision.take(PAGE)).isTrue();

      assertThat(WebRevision.newest(facts, true).current()).isEqualTo(1_099_999_999);
      assertThat(WebRevision.newest(facts, false).current()).isEqualTo(WebRevision.BUILT_IN);
      assertThat(WebRevision.fixed(facts, 5).current()).isEqualTo(5);
      assertThat(WebRevision.fixed(facts, 5).refresh()).isFalse();
    }
  }
}
