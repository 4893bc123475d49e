package cn.unionecard.gateway;

import io.vertx.core.Vertx;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Around every test, without being named (it is registered as a service): what is thrown on an
 * event loop of {@link Loops} fails the test. To those that ask it gives a {@code Vertx}, of the
 * test or, where one instance has all tests, of the class, and closes it; and a {@code
 * VertxTestContext}, which fails as soon as a loop has thrown.
 */
public final class HouseExtension
    implements ParameterResolver, BeforeAllCallback, BeforeEachCallback, InvocationInterceptor {
  /** A test that forgets to end need not hang for long; another limit by Vert.x's annotation. */
  private static final Duration ENDS = Duration.ofSeconds(5);

  private static final Namespace NAMESPACE = Namespace.create(HouseExtension.class);
  private final VertxExtension vertx = new VertxExtension();

  /** Closed after what is made later in its scope, such as the Vert.x. */
  private record Watch() implements AutoCloseable {
    @Override
    public void close() {
      Loops.nobodyWaits();
      List<Throwable> thrown = Loops.takeThrown();
      if (!thrown.isEmpty()) {
        AssertionError all = new AssertionError("thrown on an event loop: " + thrown);
        thrown.forEach(all::addSuppressed);
        throw all;
      }
    }
  }

  /** Once for each scope: under one key that of the class would do for its tests too. */
  private static void watch(ExtensionContext scope) {
    Object unused =
        scope.getStore(NAMESPACE).getOrComputeIfAbsent(scope.getUniqueId(), id -> new Watch());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    watch(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    watch(context);
  }

  // ---- what a test is given

  /** What a constructor is given belongs to those tests that the instance has. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return vertx.supportsParameter(parameter, context);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    watch(context);
    Object given = vertx.resolveParameter(parameter, context);
    if (given instanceof Vertx one) {
      return Loops.watched(one);
    }
    if (given instanceof VertxTestContext test) {
      Loops.awaits(test);
    }
    return given;
  }

  // ---- how long a test is waited for

  /** The invocation, after which the test has only so long to end. */
  private static Invocation<Void> ending(Invocation<Void> invocation, ExtensionContext context) {
    return () -> {
      Void nothing = invocation.proceed();
      if (!isLimited(context)) {
        Loops.awaitEnds(ENDS);
      }
      return nothing;
    };
  }

  private static boolean isLimited(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getElement(), Timeout.class)
        || AnnotationSupport.isAnnotated(context.getTestClass(), Timeout.class);
  }

  @Override
  public void interceptBeforeAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    vertx.interceptBeforeAllMethod(ending(invocation, context), method, context);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    vertx.interceptBeforeEachMethod(ending(invocation, context), method, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    vertx.interceptTestMethod(ending(invocation, context), method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    vertx.interceptTestTemplateMethod(ending(invocation, context), method, context);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context)
      throws Throwable {
    vertx.interceptDynamicTest(ending(invocation, context), test, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    vertx.interceptAfterEachMethod(ending(invocation, context), method, context);
  }

  @Override
  public void interceptAfterAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    vertx.interceptAfterAllMethod(ending(invocation, context), method, context);
  }
}
