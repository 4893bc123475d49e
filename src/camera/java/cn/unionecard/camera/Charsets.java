package cn.unionecard.camera;

import java.nio.charset.Charset;
import java.nio.charset.UnsupportedCharsetException;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.Instruction;
import org.teavm.model.MethodHolder;
import org.teavm.model.MethodReference;
import org.teavm.model.instructions.InvokeInstruction;

/** Gives the library what the browser's {@code Charset} lacks: the question whether it has one. */
public final class Charsets implements ClassHolderTransformer {
  private static final MethodReference LACKING =
      new MethodReference(Charset.class, "isSupported", String.class, boolean.class);
  private static final MethodReference GIVEN =
      new MethodReference(Charsets.class, "isSupported", String.class, boolean.class);

  /** Whether the browser has it, as {@link Charset#isSupported} says. */
  public static boolean isSupported(String name) {
    try {
      return Charset.forName(name).canEncode();
    } catch (UnsupportedCharsetException e) {
      return false;
    }
  }

  @Override
  public void transformClass(ClassHolder each, ClassHolderTransformerContext context) {
    for (MethodHolder method : each.getMethods()) {
      if (method.getProgram() == null) {
        continue;
      }
      for (BasicBlock block : method.getProgram().getBasicBlocks()) {
        for (Instruction instruction : block) {
          if (instruction instanceof InvokeInstruction call && call.getMethod().equals(LACKING)) {
            call.setMethod(GIVEN);
          }
        }
      }
    }
  }
}
