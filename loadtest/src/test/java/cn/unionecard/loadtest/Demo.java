package cn.unionecard.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code demo.json} says.
 *
 * @param folder where it lies
 * @param base {@code https://host:port}
 * @param ca PEM of the authority of the gateway's certificate
 */
record Demo(Path folder, String base, String ca, List<Terminal> terminals) {

  /**
   * A till.
   *
   * @param key PEM (PKCS#8) of its device key
   * @param merchantStatus such as {@code LIVE} or {@code SUSPENDED}
   */
  record Terminal(String id, String key, String merchantStatus) {}

  /** Reads the file; {@code base} replaces the demo's address unless it is empty. */
  static Demo read(Path file, String base) {
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      Path folder = file.toAbsolutePath().getParent();
      List<Terminal> terminals = new ArrayList<>();
      for (JsonNode terminal : json.required("terminals")) {
        if (terminal.required("status").asText().equals("ACTIVE")) {
          terminals.add(
              new Terminal(
                  terminal.required("id").asText(),
                  Files.readString(folder.resolve(terminal.required("key").asText())),
                  terminal.required("merchantStatus").asText()));
        }
      }
      return new Demo(
          folder,
          base.isEmpty() ? json.required("https").asText() : base,
          Files.readString(folder.resolve(json.required("ca").asText())),
          List.copyOf(terminals));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Terminal> at(String merchantStatus) {
    return terminals.stream().filter(t -> t.merchantStatus.equals(merchantStatus)).toList();
  }
}
